import { describe, expect, it } from 'vitest';
import { noteLines } from '../../../trainer/src/data/report.ts';
import { LLAMA31 } from './families/llama.ts';
import { QWEN3 } from './families/qwen.ts';
import { openFamily } from './families/openFamily.ts';
import { folderWith, prepare } from './prepareSupport.ts';

const line = (turns: unknown[]): string =>
  JSON.stringify({ messages: [{ role: 'user', content: 'Ask' }, ...turns] });

const THOUGHTS = line([
  { role: 'assistant', reasoning_content: 'Hm.', content: 'First.' },
  { role: 'user', content: 'More' },
  { role: 'assistant', reasoning_content: 'Oh.', content: 'Second.' },
]);

const calls = (...names: string[]): string =>
  line([
    {
      role: 'assistant',
      content: null,
      tool_calls: names.map((name) => ({
        ...{ id: name, type: 'function' },
        function: { name, arguments: '{}' },
      })),
    },
  ]);

describe('data.reasoning_history', () => {
  it.each([
    ['auto', 2, 'one sample a turn'],
    ['keep', 1, 'turns put together as they were written, with all thoughts'],
    ['strip', 2, 'one sample a turn'],
  ] as const)('%s', async (reasoningHistory, samples, told) => {
    const { tokenizer } = await openFamily(QWEN3);
    const cwd = await folderWith({ 'a.jsonl': THOUGHTS });
    const { train, report } = await prepare(cwd, { reasoningHistory }, { tokenizer });
    expect(train).toHaveLength(samples);
    expect(noteLines(report.notes).join('\n')).toContain(`1 record: ${told} (a.jsonl#0: `);
  });
});

describe('notes of a data report', () => {
  it('count the records whose calls the template refuses, with the first reason', async () => {
    const { tokenizer } = await openFamily(LLAMA31);
    const lines = [calls('a'), calls('b', 'c'), calls('d', 'e', 'f')];
    const cwd = await folderWith({ 'a.jsonl': lines.join('\n') });
    const { report } = await prepare(cwd, {}, { tokenizer });
    expect(noteLines(report.notes)).toMatchInlineSnapshot(`
      [
        "2 records: calls as <tool_call> text, which a server may not read as calls (a.jsonl#1, for one: the chat template refuses it: This model only supports single tool-calls at once!)",
      ]
    `);
  });

  it('say nothing where records are said as the template says them', async () => {
    const { tokenizer } = await openFamily(LLAMA31);
    const cwd = await folderWith({ 'a.jsonl': calls('a') });
    expect((await prepare(cwd, {}, { tokenizer })).report.notes).toEqual([]);
  });

  it('go with a record that is refused for the depth of its arguments', async () => {
    const { tokenizer } = await openFamily(QWEN3);
    const deep = calls('a').replace('"{}"', '{"a":'.repeat(3000) + '1' + '}'.repeat(3000));
    const cwd = await folderWith({ 'a.jsonl': [deep, THOUGHTS].join('\n') });
    const { report } = await prepare(cwd, {}, { tokenizer });
    expect(report.rejected.map(({ message }) => message)).toEqual([
      'the arguments of the call "a" of turn 1 are nested 3000 levels deep; 512 are the most; ' +
        'take data.render: react, or leave it out',
    ]);
  });
});
