import { expect, test } from 'vitest';
import { parameterGroups } from '../../../trainer/src/optim/parameterGroups.ts';

test('small parameters share a group, matrices and vectors apart, large ones stand alone', () => {
  const groups = parameterGroups({
    a: [10, 10],
    n: [10],
    large: [1024, 1024],
    b: [5, 5],
    m: [3],
  });
  expect(groups.map(({ parameters }) => parameters.map(({ name }) => name))).toEqual([
    ['a', 'b'],
    ['n', 'm'],
    ['large'],
  ]);
  expect(groups.map(({ decays }) => decays)).toEqual([true, false, true]);
  expect(groups.map(({ size }) => size)).toEqual([125, 13, 1 << 20]);
});

test('every parameter is in exactly one group, and a group is not larger than its limit', () => {
  const shapes = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`p${i}`, i % 3 === 0 ? [7 * i + 1] : [300, 5 * i + 1]]),
  );
  const groups = parameterGroups(shapes);
  const names = groups.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  expect([...names].sort()).toEqual(Object.keys(shapes).sort());
  expect(Math.max(...groups.map(({ size }) => size))).toBeLessThanOrEqual(1 << 20);
  expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
});
