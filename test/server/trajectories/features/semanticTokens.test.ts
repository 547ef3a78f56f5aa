import { annotate } from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../../../trajectory/fixtureFiles.ts';
import {
  deltaTokens,
  fullTokens,
  LEGEND,
  semanticTokenData,
  tokenEdits,
} from '../../../../server/src/trajectories/features/semanticTokens.ts';
import type { Supervision } from '../../../../server/src/trajectories/configInForce/supervision.ts';
import type { TrackedDocument } from '../../../../server/src/trajectories/document/trackedDocument.ts';
import { NEVER, open } from './cursor.ts';

/** `text: type.modifier`, one token a line. */
function readable(document: TrackedDocument, data: readonly number[]): string {
  const lines: string[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [lineBy, characterBy, length, type, bits] = data.slice(i, i + 5) as [
      number,
      number,
      number,
      number,
      number,
    ];
    character = lineBy === 0 ? character + characterBy : characterBy;
    line += lineBy;
    const range = { start: { line, character }, end: { line, character: character + length } };
    const modifiers = LEGEND.tokenModifiers.filter((_, bit) => bits & (1 << bit));
    lines.push(`${document.getText(range)}: ${[LEGEND.tokenTypes[type], ...modifiers].join('.')}`);
  }
  return `\n${lines.join('\n')}\n`;
}

const REACT = `Question: where?
Thought 1: look
around
Action 1: go[north]
Observation 1: a door

Thought 2: done
Action 2: finish[door]
`;

async function dataOf(
  document: TrackedDocument,
  given: Partial<Parameters<typeof semanticTokenData>[1]> = {},
): Promise<number[]> {
  return (await semanticTokenData(document, { supervision: null, ...given }, NEVER))!;
}

const SUPERVISION: Supervision = {
  weights: { reasoning: 1, action: 2, observation: 0, system: 0, task: 0, answer: 1, other: 0 },
  labels: 1,
  learnt: { turns: 'all', maskArguments: false, maskSteps: [] },
  kinds: {
    ...{ reasoning: 'reasoning', action: 'action', observation: 'observation' },
    ...{ system: 'other', task: 'other', answer: 'action', other: 'other' },
  },
  cuts: [],
};

describe('semantic tokens', () => {
  test('labels and content by line', async () => {
    const { document } = open(REACT);
    expect(readable(document, await dataOf(document))).toMatchInlineSnapshot(`
      "
      Question:: task.label
      where?: task
      Thought 1:: reasoning.label
      look: reasoning
      around: reasoning
      Action 1:: action.label
      go[north]: action
      Observation 1:: observation.label
      a door: observation
      Thought 2:: reasoning.label
      done: reasoning
      Action 2:: action.label
      finish[door]: action
      "
    `);
  });

  test('what the config supervises, masks, and what its length cuts off', async () => {
    const { document } = open(REACT);
    const cuts = [{ start: REACT.indexOf('done'), end: REACT.length }];
    const data = await dataOf(document, { supervision: { ...SUPERVISION, cuts } });
    expect(readable(document, data)).toMatchInlineSnapshot(`
      "
      Question:: task.label.masked
      where?: task.masked
      Thought 1:: reasoning.label.supervised
      look: reasoning.supervised
      around: reasoning.supervised
      Action 1:: action.label.supervised
      go[north]: action.supervised
      Observation 1:: observation.label.masked
      a door: observation.masked
      Thought 2:: reasoning.label.supervised
      done: reasoning.supervised.truncated
      Action 2:: action.label.supervised.truncated
      finish[door]: action.supervised.truncated
      "
    `);
  });

  test('turns that are not learnt are masked with their labels; edits move the last turn', async () => {
    const { document } = open(REACT);
    const learnt = { turns: 'last', maskArguments: false, maskSteps: [] } as const;
    const supervision = { ...SUPERVISION, learnt };
    const told = async () =>
      readable(document, await dataOf(document, { supervision }))
        .split('\n')
        .filter((line) => /(reasoning|action)/.test(line))
        .map((line) => line.replace(/: (reasoning|action)/, ''));
    expect(await told()).toEqual([
      ...['Thought 1:.label.masked', 'look.masked', 'around.masked'],
      ...['Action 1:.label.masked', 'go[north].masked'],
      ...['Thought 2:.label.supervised', 'done.supervised'],
      ...['Action 2:.label.supervised', 'finish[door].supervised'],
    ]);
    const at = document.positionAt(REACT.indexOf('Thought 2'));
    document.edit([{ range: { start: at, end: document.positionAt(REACT.length) }, text: '' }], 2);
    expect(await told()).toEqual([
      ...['Thought 1:.label.supervised', 'look.supervised', 'around.supervised'],
      ...['Action 1:.label.supervised', 'go[north].supervised'],
    ]);
  });

  test('only turns that answer are learnt, or all but arguments', async () => {
    const text =
      '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"hm","tool_calls":[{"id":"1","function":{"name":"ls","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"a"},{"role":"assistant","content":"so"}]}\n';
    const told = async (learnt: Supervision['learnt']) => {
      const { document } = open(text, { name: 'a.jsonl' });
      const data = await dataOf(document, { supervision: { ...SUPERVISION, learnt } });
      return readable(document, data).trim().split('\n');
    };
    expect(await told({ turns: 'answer', maskArguments: false, maskSteps: [] })).toEqual([
      ...['q: task.masked', 'hm: reasoning.masked', 'ls: action.masked', '{}: action.masked'],
      ...['a: observation.masked', 'so: answer.supervised'],
    ]);
    expect(await told({ turns: 'all', maskArguments: true, maskSteps: [] })).toEqual([
      ...['q: task.masked', 'hm: reasoning.supervised', 'ls: action.supervised'],
      ...['{}: action.masked', 'a: observation.masked', 'so: answer.supervised'],
    ]);
  });

  test('messages that the file excludes and masked steps are masked, others are not', async () => {
    const call = (id: string) =>
      `{"role":"assistant","content":null,"tool_calls":[{"id":"${id}","function":{"name":"ls","arguments":"{}"}}]}`;
    const result = (id: string) => `{"role":"tool","tool_call_id":"${id}","content":"Error: no"}`;
    const text = `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"draft","weight":0},{"role":"user","content":"r"},${call('1')},${result('1')},{"role":"assistant","content":"so"}]}\n{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"yes"}]}\n`;
    const told = async (maskSteps: Supervision['learnt']['maskSteps']) => {
      const { document } = open(text, { name: 'a.jsonl' });
      const learnt = { turns: 'all', maskArguments: false, maskSteps } as const;
      const data = await dataOf(document, { supervision: { ...SUPERVISION, learnt } });
      return readable(document, data)
        .trim()
        .split('\n')
        .filter((line) => !/task|observ/.test(line));
    };
    expect(await told([])).toEqual([
      ...['draft: answer.masked', 'ls: action.supervised', '{}: action.supervised'],
      ...['so: answer.supervised', 'yes: answer.supervised'],
    ]);
    expect(await told(['tool_error'])).toEqual([
      ...['draft: answer.masked', 'ls: action.masked', '{}: action.masked'],
      ...['so: answer.supervised', 'yes: answer.supervised'],
    ]);
  });

  test('JSON lines: inside the strings', async () => {
    const { document } = open(
      '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"hm","tool_calls":[{"id":"1","function":{"name":"ls","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"a"}]}\n{"messages":[{"role":"user","content":"r"},{"role":"assistant","content":"yes"}]}\n',
      { name: 'a.jsonl' },
    );
    expect(readable(document, await dataOf(document))).toMatchInlineSnapshot(`
      "
      q: task
      hm: reasoning
      ls: action
      {}: action
      a: observation
      r: task
      yes: answer
      "
    `);
  });

  test('a hand annotation goes over the parser', async () => {
    const { document } = open(REACT);
    const start = REACT.indexOf('look');
    document.annotate([{ start, end: start + 4, kind: 'observation', hash: hashOf('look') }]);
    expect(readable(document, await dataOf(document))).toContain(
      'look: observation\naround: reasoning',
    );
  });

  test.each(fixtureFiles)('$format/$name: a range has the tokens of its lines', async (fixture) => {
    const { document } = open(fixture.text, { name: fixture.name });
    const all = absolute(await dataOf(document));
    const last = document.lineCount - 1;
    for (const [from, to] of [
      [0, 0],
      [1, 3],
      [2, last],
      [last, last],
      [0, last],
    ] as const) {
      const range = { start: { line: from, character: 0 }, end: { line: to, character: 1e6 } };
      const some = absolute(await dataOf(document, { range }));
      expect(some).toEqual(all.filter(([line]) => line! >= from && line! <= to));
    }
  });

  test('after edits the delta leads to what a fresh document has', async () => {
    const pieces = ['x', '\n', 'Thought 9: y\n', 'Question: z\n', 'Action: a\n', ''];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(400), fc.nat(20), fc.constantFrom(...pieces)), { maxLength: 8 }),
        async (edits) => {
          const { document } = open(REACT.repeat(3));
          let { resultId, data } = (await fullTokens(document, null, NEVER))!;
          for (const [at, length, text] of edits) {
            const range = { start: document.positionAt(at), end: document.positionAt(at + length) };
            document.edit([{ range, text }], document.version + 1);
            const given = { previousResultId: resultId!, supervision: null };
            const delta = (await deltaTokens(document, given, NEVER))!;
            resultId = delta.resultId;
            data = 'edits' in delta ? applied(data, delta.edits) : delta.data;
            const fresh = open(document.getText()).document;
            expect(data).toEqual(await dataOf(fresh));
          }
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  test('an unknown result gets all tokens', async () => {
    const { document } = open(REACT);
    const given = { previousResultId: 'nothing', supervision: null };
    expect(await deltaTokens(document, given, NEVER)).toHaveProperty('data');
  });

  test.each([
    [[1, 2, 3], [1, 2, 3], []],
    [[1, 2, 3], [1, 9, 3], [{ start: 1, deleteCount: 1, data: [9] }]],
    [[1, 1], [1, 1, 1], [{ start: 2, deleteCount: 0, data: [1] }]],
    [[], [4], [{ start: 0, deleteCount: 0, data: [4] }]],
    [[4, 4, 4], [4], [{ start: 1, deleteCount: 2, data: [] }]],
  ])('edits from %j to %j', (before, after, edits) => {
    expect(tokenEdits(before, after)).toEqual(edits);
  });
});

function absolute(data: readonly number[]): number[][] {
  const tokens: number[][] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i < data.length; i += 5) {
    character = data[i] === 0 ? character + data[i + 1]! : data[i + 1]!;
    line += data[i]!;
    tokens.push([line, character, ...data.slice(i + 2, i + 5)]);
  }
  return tokens;
}

function applied(
  data: readonly number[],
  edits: readonly { start: number; deleteCount: number; data?: readonly number[] }[],
): number[] {
  const result = [...data];
  for (const { start, deleteCount, data: more = [] } of edits) {
    result.splice(start, deleteCount, ...more);
  }
  return result;
}

function hashOf(text: string): string {
  return annotate(text, { start: 0, end: text.length }, 'other').hash;
}
