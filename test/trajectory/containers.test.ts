import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { jsonLines, spanLines } from './spanLines.ts';

const GAME = [
  'You are in the middle of a room. There is a shelf 1.',
  'Your task is to: find a cup.',
  '> look',
  'A cup 1.',
].join('\n');

const ANSWERED = 'Question: How many?\nThought: I count.\nAction: count[]\nObservation: 3\n';

describe('text in strings', () => {
  test.each([
    ['a column', JSON.stringify([{ text: GAME }])],
    ['a column of its own name', JSON.stringify([{ zq7: GAME, n: 1 }])],
    ['by name', JSON.stringify({ first: GAME, note: 'nothing' })],
    ['a list of lines', JSON.stringify({ lines: GAME.split('\n') })],
    [
      'prompt and completion',
      JSON.stringify({ prompt: GAME.slice(0, 97), completion: GAME.slice(97) }),
    ],
    ['one level down', JSON.stringify({ data: [{ text: GAME }] })],
    ['JSON in a string', JSON.stringify({ payload: JSON.stringify([{ text: GAME }]) })],
  ])('%s', (_, text) => {
    const parsed = parse(text);
    expect(parsed.format).toBe('alfworld_text');
    expect(parsed.spans.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'observation 0',
      'task 0',
      'action 1',
      'observation 1',
    ]);
  });

  test('a span that reaches from a prompt into its completion is cut there', () => {
    const text = JSON.stringify({
      prompt: 'Question: Q?\nThought: I ',
      completion: 'count.\nAction: count[]\n',
    });
    expect(spanLines(text)).toEqual([
      '0.0 task Q?',
      '0.1 reasoning I',
      '0.1 reasoning count.',
      '0.1 action count[]',
    ]);
  });
});

describe('examples in a prompt are demonstrations', () => {
  const own = 'Question: Who?\n';
  const run = 'Thought: I look.\nAction: look[]\nObservation: Nobody.\n';
  const wanted = [
    '0.0 system Answer. Examples:',
    expect.stringMatching(/^0\.0 other Question: How many\?/) as string,
    '0.0 task Who?',
    '0.1 reasoning I look.',
    '0.1 action look[]',
    '0.1 observation Nobody.',
  ];
  const prompt = `Answer. Examples:\n${ANSWERED}${own}`;

  test('in a string of its own', () => {
    expect(spanLines(JSON.stringify([{ input: prompt, output: run }]))).toEqual(wanted);
  });

  test('in the words that all records begin with', () => {
    const other = prompt.replace('Who?', 'Where to?');
    const records = [{ text: prompt + run }, { text: other + run }];
    const lines = spanLines(JSON.stringify(records));
    expect(lines.slice(0, wanted.length)).toEqual(wanted);
    expect(lines).toContain('1.0 task Where to?');
    expect(parse(JSON.stringify(records)).trajectories).toHaveLength(2);
  });
});

describe('runs that columns of their own ask for', () => {
  const run = '<think>I add.</think>5';
  const wanted = ['0.0 task 2 and 3?', '0.1 reasoning I add.', '0.1 answer 5'];

  test.each([
    ['prompt and response', { prompt: '2 and 3?', response: run }, wanted],
    ['problem and solution', { problem: '2 and 3?', solution: run, source: 'sums' }, wanted],
    ['the chosen one of two', { prompt: '2 and 3?', chosen: run, rejected: '<think>6' }, wanted],
    [
      'instruction and input',
      { system: 'Be brief.', instruction: 'Add.', input: '2 and 3', output: run },
      ['0.0 system Be brief.', '0.0 task Add.', '0.0 task 2 and 3', ...wanted.slice(1)],
    ],
    [
      'labels',
      { instruction: 'Add.', question: '2 and 3?', output: 'Thought: I add.\nAction: finish[5]' },
      ['0.0 task Add.', ...wanted.slice(0, 2), '0.1 action finish[5]'],
    ],
  ])('%s', (_, record, spans) => {
    expect(spanLines(JSON.stringify(record))).toEqual(spans);
    const two = spanLines(JSON.stringify([record, record]));
    expect(two.filter((line) => line.startsWith('0.'))).toEqual(spans);
  });

  test('of a text that stands chosen and rejected only the chosen one is read', () => {
    const said = (answer: string): string => `Human: Hi\n\nAssistant: ${answer}`;
    const text = JSON.stringify({ chosen: said('Hello.'), rejected: said('Go.') });
    expect(spanLines(text)).toEqual(['0.0 task Hi', '0.1 answer Hello.']);
  });
});

test('a name in the container is the id of a record without one', () => {
  const messages = [
    { role: 'user', content: 'Q' },
    { role: 'assistant', content: 'A' },
  ];
  const text = JSON.stringify({ runs: { one: { messages }, two: { messages } } });
  expect(parse(text).trajectories.map(({ id }) => id)).toEqual(['one', 'two']);
});

test('a format that finds nothing gives way to one that does', () => {
  const text = JSON.stringify({
    messages: [{ role: 'admin', content: '' }],
    log: [
      { role: 'user', content: 'Q' },
      { role: 'assistant', content: 'A' },
    ],
  });
  expect(spanLines(text)).toEqual(['0.0 task Q', '0.1 answer A']);
});

test.each([
  ['package.json', '{"name": "x", "scripts": {"test": "true"}, "keywords": ["a", "b"]}'],
  ['settings', '{"a": {"b": {"c": [1, 2]}}, "roles": [{"name": "x", "role": "admin"}]}'],
  [
    'questions',
    '{"question": "Who?", "answer": "Ada"}\n{"question": "Where?", "answer": "There"}\n',
  ],
  [
    'two actions without a thought or result',
    '{"steps": [{"action": "CLICK", "x": 1}, {"action": "DONE", "x": ""}]}',
  ],
])('%s is no trajectory', (_, text) => {
  const parsed = parse(text);
  expect(parsed.spans.filter(({ kind }) => kind !== 'other')).toEqual([]);
});

test('JSON in strings is read one level down, too', () => {
  const messages = [
    { role: 'user', content: 'Q' },
    { role: 'assistant', content: 'A' },
  ];
  const text = JSON.stringify({ sample: { payload: JSON.stringify({ messages }) } });
  expect(spanLines(text)).toEqual(['0.0 task Q', '0.1 answer A']);
});

test('a single record in a string needs no list', () => {
  const step = { thought: 'Hm.', action: { name: 'get', arguments: {} }, observation: 'red' };
  const text = JSON.stringify({
    uid: 'r',
    data: JSON.stringify({ task: 'Q', steps: { 1: step } }),
  });
  expect(spanLines(text)).toEqual([
    ...['0.0 task Q', '0.1 reasoning Hm.', '0.1 action get', '0.1 action {}'],
    '0.1 observation red',
  ]);
});

describe('records whose list is JSON in a string', () => {
  const said = { role: 'assistant', content: 'THOUGHT: I look.\n\n```bash\nls\n```' };
  const messages = [{ role: 'system', content: 'S' }, { role: 'user', content: 'Q' }, said];

  test.each([
    [
      'of a format that is known by a mark',
      { trajectory_format: 'mini-swe-agent-1', messages: JSON.stringify(messages) },
      ['0.0 system S', '0.0 task Q', '0.1 reasoning I look.', '0.1 action ls'],
    ],
    [
      'beside a list that is not all of it',
      {
        prompt: JSON.stringify(messages.slice(0, 2)),
        completion: [{ role: 'assistant', content: 'A' }],
      },
      ['0.0 system S', '0.0 task Q', '0.1 answer A'],
    ],
    [
      'with a task that is written as JSON',
      {
        system: '{"name": "x", "list": [1, 2]}',
        messages: JSON.stringify([messages[1], { role: 'assistant', content: 'A' }]),
      },
      ['0.0 system {"name": "x", "list": [1, 2]}', '0.0 task Q', '0.1 answer A'],
    ],
  ])('%s', (_, record, spans) => {
    expect(spanLines(JSON.stringify(record))).toEqual(spans);
  });
});

test('a trajectory in a string stands where it does in the file', () => {
  const record = JSON.stringify({
    messages: [
      { role: 'user', content: 'Q' },
      { role: 'assistant', content: 'A' },
    ],
  });
  const strings = [record, record].map((one) => JSON.stringify(one));
  const text = `[${strings.join(', ')}]`;
  const ranges = parse(text).trajectories.map(({ start, end }) => text.slice(start - 1, end + 1));
  expect(ranges).toEqual(strings);
});

test('a text in a string begins where its string does', () => {
  const text = jsonLines([{ text: GAME }, { text: `A word before.\n${GAME.slice(50)}` }]);
  const starts = parse(text).trajectories.map(({ start }) => text.slice(start, start + 10));
  expect(starts).toEqual([GAME.slice(0, 10), 'A word bef']);
});

test('several lists of messages by name are conversations, even where the agent says little in one', () => {
  const asked = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Q' }] };
  const called = { type: 'function_call', call_id: '1', name: 'f', arguments: '{}' };
  const said = {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'A' }],
  };
  const text = JSON.stringify({ one: [asked, called], two: [asked, said] });
  expect(parse(text).format).toBe('openai_responses');
  expect(parse(text).trajectories.map(({ id }) => id)).toEqual(['one', 'two']);
});
