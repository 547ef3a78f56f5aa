import { expect, test } from 'vitest';
import type { SpanKind } from '@deepcoder/vocabulary';
import { nextSpan } from '../../client/panel/src/inspector/nextSpan.ts';

const spans = (['task', 'reasoning', 'action', 'reasoning', 'observation'] as const).map(
  (kind) => ({ kind }),
);

test.each<[string, number, 1 | -1, boolean, SpanKind[], number | null]>([
  ['the first', -1, 1, false, [], 0],
  ['the next', 0, 1, false, [], 1],
  ['of its kind', 1, 1, true, [], 3],
  ['over what is hidden', 1, 1, false, ['action'], 3],
  ['back', 3, -1, true, [], 1],
  ['none after the last', 4, 1, false, [], null],
  ['of no kind yet: any', -1, 1, true, [], 0],
])('%s', (...row) => {
  const [, from, direction, sameKind, hidden, expected] = row;
  expect(nextSpan(spans, { from, direction, sameKind, hidden })).toBe(expected);
});
