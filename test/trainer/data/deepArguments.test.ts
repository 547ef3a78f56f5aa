import { describe, expect, it } from 'vitest';
import { nestingDepth } from '@deepcoder/trajectory';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';
import { OWN_SYNTAX } from './chatTemplates.ts';
import { chatRecord, folderWith, prepare } from './prepareSupport.ts';

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}[1]${'}'.repeat(depth)}`;

const call = (depth: number): string =>
  JSON.stringify({
    messages: [
      { role: 'user', content: 'Q' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', function: { name: 'f', arguments: nested(depth) } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'ok' },
    ],
  });

it.each([
  ['', 0],
  ['{"a": [{}]}', 3],
  ['{"a": "[[[", "b": "\\"{"}', 1],
  [nested(9), 10],
])('depth of %j', (text, depth) => {
  expect(nestingDepth(text)).toBe(depth);
});

describe('arguments thousands of levels deep', () => {
  const tokenizerWith = (chatTemplate: string) =>
    createTokenizer({
      ...{ place: 'm', tokenizer: byteTokenizerJson({ special: ['</s>'] }), chatTemplate },
      ...{ tokenizerConfig: '{"eos_token": "</s>"}', bosTokenId: null, eosTokenId: null },
    });

  it.each([3000, 20_000])(
    '%i: the record is refused by name, the others are not',
    async (depth) => {
      const cwd = await folderWith({ 'a.jsonl': `${chatRecord('yes')}\n${call(depth)}\n` });
      const tokenizer = await tokenizerWith(OWN_SYNTAX);
      const { train, report } = await prepare(cwd, { maxLength: 1_000_000 }, { tokenizer });
      expect(train.map(({ id }) => id)).toEqual(['a.jsonl#0']);
      expect(report.rejected).toMatchObject([
        {
          source: 'a.jsonl#1',
          code: 'not-placed',
          message: expect.stringContaining('nested') as string,
        },
      ]);
    },
  );

  it('as Thought, Action and Observation they are learnt', async () => {
    const cwd = await folderWith({ 'a.jsonl': `${call(20_000)}\n` });
    const { train } = await prepare(cwd, { maxLength: 1_000_000, render: 'react' });
    expect(train).toHaveLength(1);
  });
});
