import { describe, expect, test } from 'vitest';
import type { DocumentSymbol } from 'vscode-languageserver';
import { documentSymbol } from '../../../../server/src/trajectories/features/documentSymbol.ts';
import { foldingRange } from '../../../../server/src/trajectories/features/foldingRange.ts';
import { jump } from '../../../../server/src/trajectories/features/jump.ts';
import { selectionRange } from '../../../../server/src/trajectories/features/selectionRange.ts';
import { NEVER, open } from './cursor.ts';

const REACT = `Question: where?
Thought 1: look
around
Action 1: go[north]
Observation 1: a door
Thought 2: done
Action 2: finish[door]

Question: what?
Thought: hm
`;

function tree(symbols: readonly DocumentSymbol[], depth = 0): string {
  return symbols
    .map(({ name, detail = '', children = [] }) => {
      const line = `${'  '.repeat(depth)}${name} (${detail})\n`;
      return line + tree(children, depth + 1);
    })
    .join('');
}

describe('outline', () => {
  test('trajectory, step, span, with counts', async () => {
    const symbols = await documentSymbol(open(REACT).document, 1000, NEVER);
    expect(`\n${tree(symbols!)}`).toMatchInlineSnapshot(`
      "
      where? (2 steps: 2 reasoning, 2 action, 1 observation, 1 task)
        Before the first step (1 task)
          where? (task)
        Step 1 (1 reasoning, 1 action, 1 observation)
          look around (reasoning)
          go[north] (action)
          a door (observation)
        Step 2 (1 reasoning, 1 action)
          done (reasoning)
          finish[door] (action)
      what? (1 step: 1 reasoning, 1 task)
        Before the first step (1 task)
          what? (task)
        Step 1 (1 reasoning)
          hm (reasoning)
      "
    `);
  });

  test.each([
    [7, 'Step 1'],
    [2, 'where? ('],
  ])('a file with more than %i has fewer levels', async (most, deepest) => {
    const text = tree((await documentSymbol(open(REACT).document, most, NEVER))!);
    expect(text).toContain(deepest);
    expect(text).not.toContain('look around');
  });
});

test('folding: trajectory, step and span, one a line', async () => {
  const ranges = await foldingRange(open(REACT).document, NEVER);
  expect(ranges!.map(({ startLine, endLine, kind }) => `${startLine}-${endLine} ${kind}`)).toEqual([
    '0-6 trajectory',
    '1-4 step',
    '5-6 step',
    '8-9 trajectory',
  ]);
});

test('selection goes outwards', () => {
  const { document, position } = open(REACT.replace('go[', 'go‸['));
  const texts: string[] = [];
  let at = selectionRange(document, [position])[0];
  for (; at; at = at.parent) texts.push(document.getText(at.range));
  expect(texts.map((text) => text.trim().split('\n').length)).toEqual([1, 1, 4, 7, 10]);
  expect(texts.slice(0, 2)).toEqual(['go[north]', 'Action 1: go[north]']);
});

test('selection in a session that is too long to be read at once', () => {
  const line = (i: number): string =>
    `{"type":"assistant","uuid":"u${i}","parentUuid":null,"sessionId":"s","message":{"id":"m${i}","role":"assistant","content":[{"type":"text","text":"turn ${i} ${'x'.repeat(9000)}"}]}}\\n`;
  const text = Array.from({ length: 300 }, (_, i) => line(i)).join('');
  const { document, position } = open(text.replace('turn 200', 'tu‸rn 200'), { name: 'a.jsonl' });
  const lengths: number[] = [];
  let at = selectionRange(document, [position])[0];
  for (; at; at = at.parent) lengths.push(document.getText(at.range).length);
  expect(lengths[0]).toBe('turn 200 '.length + 9000);
  expect(lengths.at(-1)).toBe(text.length);
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
});

describe('jumps', () => {
  test.each([
    ['step', 'next', 'Thought 1: l‸ook', 'done'],
    ['step', 'previous', 'finish‸', 'done'],
    ['span', 'next', 'Thought 1: l‸ook', 'done'],
    ['record', 'next', 'Thought 1: l‸ook', 'what?'],
    ['record', 'previous', 'Thought: h‸m', 'what?'],
    ['step', 'next', 'Thought: h‸m', null],
  ] as const)('%s %s from %s', (by, direction, marked, target) => {
    const { document, position } = open(REACT.replace(marked.replace('‸', ''), marked));
    const offset = document.offsetAt(position);
    const found = jump(document, { offset, by, direction });
    expect(found && document.getText().slice(found.start, found.end)).toBe(target);
  });
});
