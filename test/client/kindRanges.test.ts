import { expect, test } from 'vitest';
import { kindRanges } from '../../client/src/views/kindRanges.ts';

test.each([
  ['nothing', [], []],
  ['one', [2, 3, 4, 1, 0], [{ kind: 1, line: 2, start: 3, end: 7 }]],
  [
    'a label and its span, which touch',
    [0, 0, 9, 0, 1, 0, 9, 5, 0, 2],
    [{ kind: 0, line: 0, start: 0, end: 14 }],
  ],
  [
    'a gap, another kind, another line',
    [1, 0, 2, 0, 0, 0, 4, 2, 0, 0, 0, 2, 3, 1, 0, 1, 1, 1, 1, 0],
    [
      { kind: 0, line: 1, start: 0, end: 2 },
      { kind: 0, line: 1, start: 4, end: 6 },
      { kind: 1, line: 1, start: 6, end: 9 },
      { kind: 1, line: 2, start: 1, end: 2 },
    ],
  ],
])('%s', (_, data, expected) => {
  expect(kindRanges(data)).toEqual(expected);
});
