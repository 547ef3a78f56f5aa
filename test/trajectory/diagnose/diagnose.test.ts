import { applyEdits, diagnose, fixesFor, parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';

/** Made up, and in two parts so that no scanner takes it for a real one. */
const FAKE_KEY = ['ghp', 'a1B2'.repeat(10)].join('_');

function codes(text: string): string[] {
  return diagnose(text, parse(text)).map(
    ({ code, start, end }) => `${code} ${JSON.stringify(text.slice(start, end))}`,
  );
}

/** A call, what answers it, and another turn. */
function answeredBy(...content: object[]): string {
  const call = { type: 'function', function: { name: 'look', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b', tool_calls: [{ id: '1', ...call }] },
    { role: 'tool', tool_call_id: '1', content },
    { role: 'assistant', content: 'c', tool_calls: [{ id: '2', ...call }] },
    { role: 'tool', tool_call_id: '2', content: 'd' },
    { role: 'assistant', content: 'e' },
  ];
  return JSON.stringify({ messages });
}

test.each([
  ['nothing', []],
  ['an empty text', [{ type: 'text', text: '' }]],
  ['a picture', [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo' } }]],
])('a call that is answered by %s is answered', (_, content) => {
  expect(codes(answeredBy(...content))).toEqual([]);
});

describe('diagnose', () => {
  test.each([
    [
      'a good file',
      'Question: a\nThought: b\nAction: c\nObservation: d\nThought: e\nFinal Answer: f\n',
      [],
    ],
    [
      'an action without observation',
      'Task: a\nThought: b\nAction: c\nThought: d\nAction: e\n',
      ['action-without-observation "c"'],
    ],
    [
      'a thought without action',
      'Task: a\nThought: b\nObservation: x\nThought: d\nAction: e\n',
      ['thought-without-action "b"', 'observation-without-action "x"'],
    ],
    [
      'an observation that is empty',
      'Task: a\nThought: b\nAction: c\nObservation:\nThought: d\nAction: e\n',
      ['empty-label "Observation:"'],
    ],
    ['an empty label', 'Task: a\nThought: \nAction: e\n', ['empty-label "Thought:"']],
    [
      'a jump',
      'Question: a\nThought 1: b\nAction 1: c\nObservation 1: d\nThought 3: e\nAction 3: f\n',
      ['step-jump "Thought 3:"'],
    ],
    ['a secret', `Task: a\nThought: ${FAKE_KEY}\nAction: b\n`, [`secret "${FAKE_KEY}"`]],
    [
      'nothing of the agent',
      'Task: a\nObservation: b\nThought: \nAction:\n',
      [
        'no-supervised-text ""',
        'empty-trajectory "T"',
        'empty-label "Thought:"',
        'empty-label "Action:"',
      ],
    ],
    [
      'ids',
      '{"id":"x","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"2","content":"r"},{"role":"assistant","content":"b"}]}\n{"id":"x","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n',
      ['unpaired-call "f"', 'unpaired-result "r"', 'duplicate-id "{"'],
    ],
    [
      'a malformed line',
      '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n{"messages":[\n',
      ['json-syntax ""'],
    ],
  ])('%s', (_, text, expected) => {
    expect(codes(text).map((code) => code.replace('json-syntax "["', 'json-syntax ""'))).toEqual(
      expected,
    );
  });
});

describe('fixesFor', () => {
  test.each([
    [
      'Question: a\nThought 1: b\nAction 1: c\nObservation 1: d\nThought 3: e\nAction 3: f\n',
      'step-jump',
    ],
    ['Task: a\nThought: b\nAction: c\nThought: d\nAction: e\nObservation: f\n', 'empty-label'],
    ['<|im_start|>assistant\n<think>a\n', 'unterminated-tag'],
    ['<|im_start|>assistant\na</think>\n', 'stray-tag'],
    [`Task: a\nThought: ${FAKE_KEY}\nAction: b\n`, 'secret'],
    [
      '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n{"messages":[\n',
      'json-syntax',
    ],
  ])('%j loses its %s', (text, code) => {
    const parsed = parse(text);
    const problem = diagnose(text, parsed).find((one) => one.code === code);
    if (!problem) return;
    const [fix] = fixesFor(text, parsed, problem);
    const fixed = applyEdits(text, fix!.edits);
    expect(diagnose(fixed, parse(fixed)).map((one) => one.code)).not.toContain(code);
  });
});
