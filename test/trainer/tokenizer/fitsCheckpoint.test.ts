import { describe, expect, it } from 'vitest';
import { fitsCheckpoint } from '../../../trainer/src/tokenizer/fitsCheckpoint.ts';
import { createTokenizer, type Tokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizer, byteTokenizerJson, type ByteTokenizerOptions } from './byteTokenizer.ts';

const fromJson = (tokenizer: string): Promise<Tokenizer> =>
  createTokenizer({
    ...{ place: 'm', tokenizer, tokenizerConfig: null, chatTemplate: null },
    ...{ bosTokenId: null, eosTokenId: null },
  });

describe('fingerprint', () => {
  const base: ByteTokenizerOptions = { special: ['<s>'], merges: ['a b', 'c d'] };

  it('is the same for the same contents in another layout', async () => {
    const json = JSON.parse(byteTokenizerJson(base)) as Record<string, Record<string, unknown>>;
    const vocab = json['model']!['vocab'] as Record<string, number>;
    const reordered = {
      ...Object.fromEntries(Object.entries(json).reverse()),
      model: {
        ...json['model'],
        vocab: Object.fromEntries(Object.entries(vocab).reverse()),
        merges: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      },
      post_processor: { ...json['post_processor'], trim_offsets: false },
    };
    const other = await fromJson(JSON.stringify(reordered, null, 2));
    expect(other.fingerprint).toBe((await byteTokenizer(base)).fingerprint);
  });

  it.each<[string, ByteTokenizerOptions]>([
    ['another special token', { ...base, special: ['<t>'] }],
    ['another order of merges', { ...base, merges: ['c d', 'a b'] }],
    ['a normalizer', { ...base, normalizer: { type: 'NFC' } }],
  ])('differs with %s', async (_, options) => {
    const [a, b] = [await byteTokenizer(base), await byteTokenizer(options)];
    expect(a.fingerprint).not.toBe(b.fingerprint);
  });
});

/** The checkpoint's vocabulary size and tokenizer. */
type Own = [number, ByteTokenizerOptions | null];

describe('fitsCheckpoint', () => {
  it.each<[string, ByteTokenizerOptions, Own, RegExp | null]>([
    ['same', { special: ['<s>'] }, [257, { special: ['<s>'] }], null],
    ['padded model', { special: ['<s>'] }, [320, { special: ['<s>'] }], null],
    ['no tokenizer beside the weights', {}, [256, null], null],
    ['one more added token that the model has room for', { special: ['<s>'] }, [257, {}], null],
    ['model too small', { special: ['<s>'] }, [256, null], /has 257 tokens, the model 256/],
    [
      'same size, other token',
      { special: ['<s>'] },
      [257, { special: ['<t>'] }],
      /token 256 is "<s>"/,
    ],
    ['same tokens, other rules', { normalizer: { type: 'NFC' } }, [256, {}], /rules .* differ/],
  ])('%s', async (_, options, [vocabSize, own], problem) => {
    const fit = fitsCheckpoint(await byteTokenizer(options), {
      vocabSize,
      tokenizer: own === null ? null : await byteTokenizer(own),
    });
    if (problem === null) expect(fit).toEqual({ fits: true });
    else
      expect(fit).toMatchObject({ fits: false, problem: expect.stringMatching(problem) as string });
  });
});
