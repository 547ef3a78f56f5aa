import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTokenizer } from '../../../trainer/src/data/openTokenizer.ts';
import { saveCheckpoint } from '../../../trainer/src/checkpoint/saveCheckpoint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeGguf, type Written } from '../../support/writeGguf.ts';
import { TINY, tinyWeights } from '../checkpoint/support/tinyModel.ts';

/** Made by `test/reference/gguf_sentencepiece.py`. */
const SENTENCEPIECE = path.join(import.meta.dirname, '../../reference/goldens/gguf-sentencepiece');

test('a SentencePiece vocabulary gives the ids that SentencePiece gives', async () => {
  const tokenizer = await openTokenizer(path.join(SENTENCEPIECE, 'tokenizer.gguf'));
  const cases = JSON.parse(readFileSync(path.join(SENTENCEPIECE, 'expected.json'), 'utf8')) as {
    text: string;
    ids: number[];
  }[];
  expect(cases.length).toBeGreaterThan(100);
  for (const { text, ids } of cases) {
    expect([...(await tokenizer.encode(text)).ids], JSON.stringify(text)).toEqual(ids);
  }
  expect(tokenizer.prefixIds).toEqual([1]);
  expect(tokenizer.special).toMatchObject({ bosToken: '<s>', eosToken: '</s>', unkToken: '<unk>' });
  const text = 'the fridge; 猫';
  expect(await tokenizer.decode((await tokenizer.encode(text)).ids)).toBe(text);
});

/** Bytes, a few merges, and two special tokens. */
function bytePairs(more: Record<string, Written> = {}): string {
  const file = path.join(temporaryFolder(), 'bpe.gguf');
  const letters = Array.from('abcdefghijklmnopqrstuvwxyzĠ0123456789,');
  const tokens = ['<|end|>', '<tool>', ...letters, 'th', 'the', 'Ġthe', '12'];
  writeGguf(
    file,
    {
      'general.architecture': { text: 'llama' },
      'tokenizer.ggml.model': { text: 'gpt2' },
      'tokenizer.ggml.pre': { text: 'gpt-2' },
      'tokenizer.ggml.tokens': { texts: tokens },
      'tokenizer.ggml.token_type': {
        i32s: tokens.map((_, id) => (id === 0 ? 3 : id === 1 ? 4 : 1)),
      },
      'tokenizer.ggml.merges': { texts: ['t h', 'th e', 'Ġ the', '1 2'] },
      'tokenizer.ggml.eos_token_id': { u32: 0 },
      'tokenizer.ggml.bos_token_id': { u32: 0 },
      'tokenizer.chat_template': { text: '{{ messages }}' },
      ...more,
    },
    {},
  );
  return file;
}

async function pieces(file: string, text: string): Promise<(string | null)[]> {
  const tokenizer = await openTokenizer(file);
  return [...(await tokenizer.encode(text)).ids].map((id) => tokenizer.tokenOf(id));
}

test('byte pairs, special tokens and the template', async () => {
  const file = bytePairs();
  expect(await pieces(file, 'the the<|end|>12')).toEqual(['the', 'Ġthe', '<|end|>', '12']);
  const tokenizer = await openTokenizer(file);
  expect(tokenizer.chatTemplate).toBe('{{ messages }}');
  expect(tokenizer.special).toMatchObject({ eosTokenId: 0, eosToken: '<|end|>', all: ['<|end|>'] });
  expect(tokenizer.prefixIds).toEqual([]);
});

test('how texts are cut, and a beginning of sequence, are as the file says', async () => {
  expect(await pieces(bytePairs({ 'tokenizer.ggml.pre': { text: 'smollm' } }), '12')).toEqual([
    '1',
    '2',
  ]);
  expect(await pieces(bytePairs({ 'tokenizer.ggml.pre': { text: 'qwen2' } }), '12')).toEqual([
    '1',
    '2',
  ]);
  expect(await pieces(bytePairs({ 'tokenizer.ggml.pre': { text: 'llama-bpe' } }), '12')).toEqual([
    '12',
  ]);
  const begun = await openTokenizer(bytePairs({ 'tokenizer.ggml.add_bos_token': { bool: true } }));
  expect(begun.prefixIds).toEqual([0]);
});

test.for<[string, Record<string, Written>, RegExp]>([
  [
    'an unknown cutting',
    { 'tokenizer.ggml.pre': { text: 'tekken' } },
    /"tekken", which is not known here; set "tokenizer"/,
  ],
  ['another model', { 'tokenizer.ggml.model': { text: 't5' } }, /is "t5"; gpt2 and llama are read/],
  ['no tokens', { 'tokenizer.ggml.tokens': { u32: 1 } }, /no "tokenizer.ggml.tokens"/],
  ['no merges', { 'tokenizer.ggml.merges': { u32: 1 } }, /no "tokenizer.ggml.merges"/],
])('%s: refused with what to do', async ([, more, message]) => {
  await expect(openTokenizer(bytePairs(more))).rejects.toThrow(message);
});

test('a checkpoint that is saved has the tokenizer as files', async () => {
  const file = bytePairs();
  const folder = path.join(temporaryFolder(), 'saved');
  const tensors = tinyWeights(TINY);
  await saveCheckpoint(folder, { config: TINY, tensors, dtype: 'F32', tokenizerFolder: file });
  const [saved, own] = [await openTokenizer(folder), await openTokenizer(file)];
  expect(saved.fingerprint).toBe(own.fingerprint);
  expect(saved.chatTemplate).toBe(own.chatTemplate);
});
