import { expect, test } from 'vitest';
import { parameterGroups } from '../../../../trainer/src/training/optim/parameterGroups.ts';

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
});

test('a large tensor is updated in pieces of whole rows that cover it, with names of their own', () => {
  const groups = parameterGroups({ large: [10, 7], small: [3] }, { own: 8, joined: 8, piece: 32 });
  const pieces = groups.flatMap((group) => group.pieces);
  expect(pieces.map(({ start, size }) => [start, size])).toEqual([
    [0, 28],
    [28, 28],
    [56, 14],
    [0, 3],
  ]);
  expect(new Set(pieces.map(({ name }) => name)).size).toBe(4);
});
