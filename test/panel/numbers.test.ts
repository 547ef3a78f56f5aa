import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTicks, formatValue, type Unit } from '../../client/panel/src/formatValue.ts';
import { logTicks } from '../../client/panel/src/logTicks.ts';
import { successSentence } from '../../client/panel/src/successSentence.ts';
import { tablePlaces } from '../../client/panel/src/tablePlaces.ts';
import { axisRange, extent, positiveOnly, union } from '../../client/panel/src/valueRange.ts';
import { wilsonInterval } from '@deepcoder/vocabulary';

/** Spaces that do not break are written as plain ones here. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('formatValue', () => {
  test.each<[number, Unit, string]>([
    [0, 'none', '0'],
    [2.34567, 'nats', '2.346'],
    [0.0002, 'none', '2e-4'],
    [-0.000123, 'none', '-1.23e-4'],
    [1234567, 'count', '1 234 567'],
    [9999.5, 'rate', '10 000'],
    [0.8349, 'share', '83.5 %'],
    [1, 'share', '100 %'],
    [0, 'bytes', '0 B'],
    [1023, 'bytes', '1020 B'],
    [1000 * 2 ** 20, 'bytes', '1000 MiB'],
    [1.5 * 2 ** 30, 'bytes', '1.5 GiB'],
    [0.0214, 'seconds', '21.4 ms'],
    [12.34, 'seconds', '12.3 s'],
    [125, 'seconds', '2:05 min'],
    [3599.6, 'seconds', '60:00 min'],
    [7384, 'seconds', '2:03 h'],
    [200_000, 'seconds', '2 d 07 h'],
    [Number.NaN, 'share', 'not finite'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });

  test('the labels of an axis are all in powers of ten or none is', () => {
    expect(formatTicks([0, 0.0005, 0.001, 0.0015], 'none')).toEqual([
      '0',
      '5e-4',
      '1e-3',
      '1.5e-3',
    ]);
    expect(formatTicks([0, 0.5, 1], 'none')).toEqual(['0', '0.5', '1']);
  });
});

describe('logTicks', () => {
  test.each([
    [0.1, 1, [0.1, 0.2, 0.3, 0.5, 1]],
    [0.08, 7, [0.1, 0.2, 0.5, 1, 2, 5]],
    [0.001, 2000, [0.001, 0.01, 0.1, 1, 10, 100, 1000]],
    [140, 240, [140, 160, 180, 200, 220, 240]],
    [1e-12, 1e12, [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9, 1e12]],
  ])('%d to %d', (low, high, ticks) => {
    expect(logTicks(low, high)).toEqual(ticks);
  });

  test('always two or more labels, and not too many', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -11, max: 11, noNaN: true }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        (power, decades) => {
          const low = 10 ** power;
          const ticks = logTicks(low, low * 10 ** decades);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(10);
          expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
        },
      ),
      { seed: 4 },
    );
  });
});

describe('ranges', () => {
  const linear = { log: false, share: false };
  test('extent leaves out what is not finite', () => {
    const values = Float64Array.of(9, 2, Number.NaN, 5, Number.NEGATIVE_INFINITY, -9);
    expect(extent(values, { start: 1, end: 5 })).toEqual([2, 5]);
    expect(extent(values, { start: 2, end: 3 })).toBeNull();
  });

  test('union leaves out what is empty', () => {
    expect(union([null, [1, 2], null, [0, 1.5]])).toEqual([0, 2]);
    expect(union([null])).toBeNull();
  });

  test.each([
    [null, linear, [0, 1]],
    [[1, 1], linear, [0.9, 1.1]],
    [[0, 0], linear, [0, 1]],
    [[0, 100], linear, [0, 106]],
    [[-50, 50], linear, [-56, 56]],
    [[0.4, 0.6], { log: false, share: true }, [0, 1]],
    [[0.1, 10], { log: true, share: false }, [0.08, 12.5]],
    [[0.5, 0.9], { log: true, share: true }, [0.4, 1]],
    [null, { log: true, share: false }, [0.1, 1]],
  ] as const)('axis for %j with %j', (values, options, range) => {
    const [low, high] = axisRange(values === null ? null : [...values], options);
    expect(low).toBeCloseTo(range[0], 9);
    expect(high).toBeCloseTo(range[1], 9);
  });

  test('a log axis shows what is above 0', () => {
    expect([...positiveOnly(Float64Array.of(-1, 0, 2, Number.NaN))]).toEqual([
      Number.NaN,
      Number.NaN,
      2,
      Number.NaN,
    ]);
  });
});

// From the closed form, computed by hand to three places.
describe('wilsonInterval', () => {
  test.each([
    [0.5, 100, 0.404, 0.596],
    [0, 100, 0, 0.037],
    [1, 100, 0.963, 1],
    [0.83, 100, 0.745, 0.891],
    [0.5, 0, 0, 1],
  ])('%d of %d games', (share, games, low, high) => {
    const interval = wilsonInterval(share, games);
    expect(interval[0]).toBeCloseTo(low, 3);
    expect(interval[1]).toBeCloseTo(high, 3);
  });
});

describe('tablePlaces', () => {
  const x = Float64Array.from({ length: 101 }, (_, i) => i);
  test('spreads rows over what is seen, ends included', () => {
    expect(tablePlaces(x, [0, 100], 5)).toEqual([0, 25, 50, 75, 100]);
    expect(tablePlaces(x, [10.5, 13], 5)).toEqual([11, 12, 13]);
    expect(tablePlaces(x, [200, 300], 5)).toEqual([]);
  });
});

describe('successSentence', () => {
  const row = (who: string, success: number) => ({
    who,
    success,
    games: 100,
    steps: 1,
    reasoningTokens: null,
    actionAgreement: null,
    secondsPerStep: null,
    ...{ environment: null, split: null, invalidActions: null },
  });
  test.each([
    [[['student after', 0.5]], 'The student solves 50 % of the games.'],
    [
      [
        ['teacher', 0.96],
        ['student before', 0.01],
        ['student after', 0.83],
      ],
      'The student solves 83 % of the games, 1 % before training; that is 86 % of what the teacher solves (96 %).',
    ],
    [
      [
        ['teacher', 0],
        ['student after', 0],
      ],
      'The student solves 0 % of the games.',
    ],
  ] as const)('%j', (rows, sentence) => {
    const text = successSentence(rows.map(([who, success]) => row(who, success)));
    expect(plain(text ?? '')).toBe(sentence);
  });

  test('nothing to say without a trained student', () => {
    expect(successSentence([row('teacher', 1)])).toBeNull();
  });
});
