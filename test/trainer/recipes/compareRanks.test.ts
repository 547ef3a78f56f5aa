import { expect, test } from 'vitest';
import { differences } from '../../../trainer/src/recipes/compareRanks.ts';

const same = { config: 'a', samples: 'b' };

test.each([
  ['nothing', [same, same], null],
  [
    'other data on rank 2',
    [same, same, { ...same, samples: 'c' }],
    { rank: 2, name: 'samples', first: 'b', other: 'c' },
  ],
  [
    'a model that rank 1 lacks',
    [{ ...same, teacher: 't' }, same],
    { rank: 1, name: 'teacher', first: 't', other: 'none' },
  ],
  [
    'one that only rank 1 has',
    [same, { ...same, teacher: 't' }],
    { rank: 1, name: 'teacher', first: 'none', other: 't' },
  ],
])('ranks that differ in %s', (_, all, expected) => {
  expect(differences(all)).toEqual(expected);
});
