import { convert, parse, toolDefinitions, type Parsed } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';

const call = (args: string, id = 'a') => ({
  ...{ id, type: 'function' },
  function: { name: 'sh', arguments: args },
});

function chat(...turns: object[]): Parsed {
  return parse(JSON.stringify({ messages: [{ role: 'user', content: 'Go.' }, ...turns] }));
}

function withTools(parsed: Parsed, tools: string): Parsed {
  return { ...parsed, trajectories: parsed.trajectories.map((one) => ({ ...one, tools })) };
}

const EMPTY_RESULT = [
  { role: 'assistant', content: null, tool_calls: [call('{"cmd": "mkdir x"}')] },
  { role: 'tool', tool_call_id: 'a', content: '' },
  { role: 'assistant', content: 'Done.' },
];

test.each([
  ['chat', '"arguments":"{\\"cmd\\": \\"ls\\"}"'],
  ['sharegpt', '\\"arguments\\": {\\"cmd\\": \\"ls\\"}'],
  ['atif', '"arguments":{"cmd":"ls"}'],
  ['adp', '"kwargs":{"cmd":"ls"}'],
  ['react', 'Action Input: {"cmd": "ls"}'],
] as const)('arguments in a string of JSON are unwrapped, to %s', (target, wanted) => {
  const wrapped = JSON.stringify('{"cmd": "ls"}');
  const parsed = chat({ role: 'assistant', content: null, tool_calls: [call(wrapped)] });
  expect(convert(parsed, target, '').text).toContain(wanted);
});

test.each(['chat', 'sharegpt', 'atif', 'adp', 'react'] as const)(
  'arguments nested thousands of levels deep, to %s',
  (target) => {
    const deep = '{"a":'.repeat(5000) + '1' + '}'.repeat(5000);
    const parsed = chat({ role: 'assistant', content: null, tool_calls: [call(deep)] });
    const codes = convert(parsed, target, '').problems.map(({ code }) => code);
    expect(codes.includes('too-deep')).toBe(target === 'atif' || target === 'adp');
  },
);

test.each([
  ['chat', '{"role":"tool","tool_call_id":"a","content":""}'],
  ['sharegpt', '{"from":"observation","value":""}'],
  ['atif', '{"source_call_id":"a","content":""}'],
  ['adp', '{"class_":"text_observation","content":"","source":"environment","name":null}'],
  ['react', 'Observation: \n'],
] as const)('an empty result stays one, to %s', (target, wanted) => {
  expect(convert(chat(...EMPTY_RESULT), target, '').text).toContain(wanted);
});

describe('tool definitions', () => {
  const DEFINITION = '{"type":"function","function":{"name":"sh","parameters":{"type":"object"}}}';

  test.each([
    ['chat', `"tools":[${DEFINITION}]`],
    ['sharegpt', `"tools":${JSON.stringify(`[${DEFINITION}]`)}`],
    ['atif', `"tool_definitions":[${DEFINITION}]`],
  ] as const)('are kept, to %s', (target, wanted) => {
    const parsed = withTools(chat(...EMPTY_RESULT), `[${DEFINITION}]`);
    expect(convert(parsed, target, '').text).toContain(wanted);
  });

  test.each(['adp', 'react'] as const)('are told to be left out, to %s', (target) => {
    const { problems } = convert(withTools(chat(...EMPTY_RESULT), `[${DEFINITION}]`), target, '');
    expect(problems.map(({ message }) => message).join()).toContain('tool definitions');
  });

  test.each([
    ['OpenAI', DEFINITION],
    ['flat', '[{"type":"function","name":"sh","parameters":{"type":"object"}}]'],
    ['Anthropic', '[{"name":"sh","input_schema":{"type":"object"}}]'],
    ['MCP', '[{"name":"sh","inputSchema":{"type":"object"}}]'],
    ['Gemini', '[{"functionDeclarations":[{"name":"sh","parameters":{"type":"object"}}]}]'],
    ['a string', JSON.stringify(`[${DEFINITION}]`)],
  ])('of %s become OpenAI’s', (_, text) => {
    expect(JSON.stringify(toolDefinitions(text))).toBe(`[${DEFINITION}]`);
  });

  test.each(['', '{', '[]', '[1, null]', '[{"type":"web_search"}]'])('none in %s', (text) => {
    expect(toolDefinitions(text)).toEqual([]);
  });
});
