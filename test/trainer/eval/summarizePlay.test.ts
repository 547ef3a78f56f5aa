import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordOverlap } from '../../../trainer/src/eval/summarizePlay.ts';

test.each([
  ['', '', 1],
  ['a', '', 0],
  ['a b', 'A, b.', 1],
  ['a b', 'c d', 0],
  ['a a b', 'a c', 2 / 5],
  ['I need mug 1', 'I hold mug 1', 6 / 8],
])('%j and %j: %f', (one, other, share) => {
  expect(wordOverlap(one, other)).toBeCloseTo(share, 12);
});

test('overlap is symmetric, within [0, 1], and blind to order', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd')).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const share = wordOverlap(one, other);
      expect(share).toBe(wordOverlap(other, one));
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(wordOverlap(one, one.split(' ').reverse().join(' '))).toBe(1);
    }),
    { seed: 3 },
  );
});
