import { expect, test } from 'vitest';
import { chatReader } from '../../../trainer/src/serving/chatReader.ts';

const TAGS = { open: '<think>', close: '</think>', lines: true };
const CALL = '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>';
const f = { name: 'f', arguments: '{"a": 1}' };

/** Read in pieces of so many characters. */
function read(
  text: string,
  size: number,
  { isThinking = false, hasTools = true }: { isThinking?: boolean; hasTools?: boolean } = {},
) {
  const reader = chatReader({ tags: TAGS, isThinking, hasTools });
  let [reasoning, content] = ['', ''];
  for (let at = 0; at < text.length; at += size) {
    const delta = reader.push(text.slice(at, at + size));
    reasoning += delta.reasoning;
    content += delta.content;
  }
  const last = reader.end();
  return {
    reasoning: reasoning + last.reasoning,
    content: content + last.content,
    calls: last.calls,
  };
}

test.each([
  ['an answer', 'Hello there.', {}, { content: 'Hello there.' }],
  ['nothing', '', {}, {}],
  ['a thought', '<think>\nhm\n</think>\n\nYes.', {}, { reasoning: 'hm', content: 'Yes.' }],
  [
    'an open prompt',
    'hm\n</think>\n\nYes.',
    { isThinking: true },
    { reasoning: 'hm', content: 'Yes.' },
  ],
  ['an empty thought', '<think>\n\n</think>\n\nYes.', {}, { content: 'Yes.' }],
  ['a thought that never ends', '<think>\nhm < 3', {}, { reasoning: 'hm < 3' }],
  ['a call', CALL, {}, { calls: [f] }],
  [
    'text and calls',
    `Let me see.\n${CALL}\n${CALL}`,
    {},
    { content: 'Let me see.\n', calls: [f, f] },
  ],
  [
    'all',
    `<think>\nhm\n</think>\n\nLook.\n${CALL}`,
    {},
    { reasoning: 'hm', content: 'Look.\n', calls: [f] },
  ],
  ['JSON alone', '{"name": "f", "parameters": {"a": 1}}', {}, { calls: [f] }],
  ['Mistral', '[TOOL_CALLS] [{"name": "f", "arguments": {"a": 1}}]', {}, { calls: [f] }],
  [
    'no call',
    'if a < b then {"x": 1} <b>bold</b>',
    {},
    { content: 'if a < b then {"x": 1} <b>bold</b>' },
  ],
  ['JSON that is none', '{"x": 1}', {}, { content: '{"x": 1}' }],
  ['without tools', CALL, { hasTools: false }, { content: CALL }],
  ['a less-than at the end', 'a <', {}, { content: 'a <' }],
])('%s', (_, text, options, expected) => {
  const whole = { reasoning: '', content: '', calls: [], ...expected };
  for (const size of [1, 2, 3, 7, 1000]) expect(read(text, size, options)).toEqual(whole);
});

test('an answer without marks is not held back', () => {
  const reader = chatReader({ tags: TAGS, isThinking: false, hasTools: true });
  expect(reader.push('Once upon a time').content).toBe('Once upon a time');
  expect(reader.push(' a < b').content).toBe(' a < b');
  expect(reader.push(' <tool').content).toBe(' ');
});
