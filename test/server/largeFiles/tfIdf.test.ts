import { describe, expect, test } from 'vitest';
import { TfIdf } from '../../../server/src/largeFiles/tfIdf.ts';

function indexOf(...texts: string[]): TfIdf {
  const index = new TfIdf();
  for (const text of texts) index.add(text);
  return index;
}

const records = (found: readonly { record: number }[] | null): number[] | undefined =>
  found?.map(({ record }) => record);

describe('TF-IDF', () => {
  const shop = indexOf(
    'search flights to Rome, book a flight, pay by card',
    'cancel the order of two chairs, refund the card',
    'flights to Oslo were booked; the card was refused',
    'water the plants in the garden',
  );

  test('finds what is said in other forms of the same words, the most alike first', () => {
    expect(records(shop.likeText('booking flights', 9))).toEqual([0, 2]);
    expect(records(shop.likeText('refunded chair', 9))).toEqual([1]);
    expect(shop.likeText('astronomy', 9)).toEqual([]);
    expect(shop.likeText('', 9)).toEqual([]);
  });

  test('finds records that are like one, without it', () => {
    expect(records(shop.likeRecord(0, 1))).toEqual([2]);
    expect(records(shop.likeRecord(2, 9))?.at(0)).toBe(0);
    expect(shop.likeRecord(4, 9)).toBeNull();
  });

  test('a rare word counts more than one that all have', () => {
    const index = indexOf('open door open door key', 'open door lamp', 'open door', 'open lamp');
    expect(records(index.likeText('open lamp', 2))).toEqual([3, 1]);
  });

  test('equal texts are as alike as can be, whatever else there is', () => {
    const index = indexOf('take mug', 'take mug', 'put mug', 'go to desk');
    const [first] = index.likeRecord(0, 1)!;
    expect(first?.record).toBe(1);
    expect(first?.alike).toBeCloseTo(1, 5);
  });
});
