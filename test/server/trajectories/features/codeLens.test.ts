import { describe, expect, test } from 'vitest';
import { codeLens } from '../../../../server/src/trajectories/features/codeLens.ts';
import { NEVER, open } from './cursor.ts';

const REACT =
  'Question: q\nThought: a\nAction: b\nObservation: c\nThought: d\n\nQuestion: r\nAction: e\n';
const COUNTS = {
  trajectories: [{ traj: 0, tokens: 1234, supervised: 617, truncated: 0, trouble: null }],
} as never;

async function lenses(options: { record: boolean; actions: boolean }, counts: unknown = null) {
  const { document } = open(REACT);
  const given = { ...options, counts: () => counts as never };
  return (await codeLens(document, given, NEVER))!.map(
    ({ range, command }) => `${range.start.line} ${command!.title}`,
  );
}

describe('code lenses', () => {
  test.each([
    [
      { record: true, actions: true },
      null,
      [
        ...['0 2 steps', '0 Preview tokens', '0 Train on this file'],
        ...['6 1 step', '6 Preview tokens'],
      ],
    ],
    [{ record: true, actions: false }, null, ['0 2 steps', '6 1 step']],
    [
      { record: true, actions: false },
      COUNTS,
      ['0 2 steps · 1,234 tokens · 50 % supervised', '6 1 step · 1,234 tokens · 50 % supervised'],
    ],
    [
      { record: false, actions: true },
      null,
      ['0 Preview tokens', '0 Train on this file', '6 Preview tokens'],
    ],
    [{ record: false, actions: false }, null, []],
  ])('%j %#', async (options, counts, expected) => {
    expect(await lenses(options, counts)).toEqual(expected);
  });
});
