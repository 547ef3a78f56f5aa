import { describe, expect, it } from 'vitest';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { wordLevelTokenizer } from '../../../trainer/src/tokenizer/wordLevelTokenizer.ts';

const TEXTS = [
  'Task: put a mug in the fridge.\nThought: I check desk 1.\nAction: go to desk 1\n',
  'Observation: On the desk 1, you see a mug 2.\nAction: take mug 2 from desk 1\n',
];

const open = (texts: string[]) =>
  createTokenizer({
    ...{ place: 'm', ...wordLevelTokenizer(texts), chatTemplate: null },
    ...{ bosTokenId: null, eosTokenId: null },
  });

describe('wordLevelTokenizer', () => {
  it('gives every text of its world back exactly, without unknown words', async () => {
    const tokenizer = await open(TEXTS);
    for (const text of TEXTS) {
      const { ids } = await tokenizer.encode(text);
      expect(ids).not.toContain(tokenizer.special.unkTokenId);
      expect(await tokenizer.decode(ids)).toBe(text);
    }
  });

  it('takes a word with its space as one token, a line break and a sign as others', async () => {
    const tokenizer = await open(TEXTS);
    const text = 'Action: go to desk 1\n';
    const { offsets } = await tokenizer.encode(text);
    const tokens = Array.from({ length: offsets.length / 2 }, (_, i) =>
      text.slice(offsets[2 * i], offsets[2 * i + 1]),
    );
    expect(tokens).toEqual(['Action', ':', ' go', ' to', ' desk', ' 1', '\n']);
  });

  it('has its special tokens first and writes the same file for the same texts', async () => {
    const tokenizer = await open(TEXTS);
    expect([0, 1, 2, 3].map((id) => tokenizer.tokenOf(id))).toEqual([
      '<unk>',
      '<pad>',
      '<s>',
      '</s>',
    ]);
    expect(tokenizer.special).toMatchObject({ eosTokenId: 3, padTokenId: 1, bosTokenId: 2 });
    expect(wordLevelTokenizer([...TEXTS])).toEqual(wordLevelTokenizer(TEXTS));
    const { ids } = await tokenizer.encode('\n</s>');
    expect(ids.at(-1)).toBe(3);
  });

  it('makes other words unknown', async () => {
    const tokenizer = await open(TEXTS);
    const { ids } = await tokenizer.encode('Action: dance\n');
    expect([...ids].filter((id) => id === tokenizer.special.unkTokenId)).toHaveLength(1);
  });
});
