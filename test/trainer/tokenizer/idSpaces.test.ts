import { describe, expect, it } from 'vitest';
import { idSpaces } from '../../../trainer/src/tokenizer/idSpaces.ts';
import { tokenBytes } from '../../../trainer/src/tokenizer/tokenBytes.ts';
import { createTokenizer, type Tokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizer, byteTokenizerJson, type ByteTokenizerOptions } from './byteTokenizer.ts';

const fromJson = (json: object): Promise<Tokenizer> =>
  createTokenizer({
    ...{ place: 'm', tokenizer: JSON.stringify(json), tokenizerConfig: null },
    ...{ chatTemplate: null, bosTokenId: null, eosTokenId: null },
  });

/** Words and bytes as SentencePiece models write them, or plainly. */
function wordTokenizer(words: readonly string[], decoder: unknown = null): Promise<Tokenizer> {
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  const model = { type: 'WordLevel', vocab, unk_token: words[0] };
  return fromJson({ version: '1.0', added_tokens: [], decoder, model });
}

const SENTENCE_PIECE = {
  type: 'Sequence',
  decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }],
};

describe('tokenBytes', () => {
  it('is the same for the same bytes, however a vocabulary writes them', async () => {
    const level = tokenBytes(await byteTokenizer({ special: ['<é>'], merges: ['Ġ t'] }));
    const [a, blank, high] = [97, 32, 0xe2].map(level);
    expect([a, blank, high]).toEqual(['a', ' ', '\u00e2']);
    expect([level(256), level(257), level(258)]).toEqual([' t', '<\u00c3\u00a9>', null]);
    const pieces = tokenBytes(await wordTokenizer(['a', '▁t', '<0xE2>'], SENTENCE_PIECE));
    expect([0, 1, 2].map(pieces)).toEqual(['a', ' t', '\u00e2']);
    const plain = tokenBytes(await wordTokenizer(['a', '▁t', '<0xE2>']));
    expect([0, 1, 2].map(plain)).toEqual(['a', '\u00e2\u0096\u0081t', '<0xE2>']);
  });
});

describe('idSpaces', () => {
  it.each<[string, ByteTokenizerOptions, ByteTokenizerOptions, object]>([
    ['the same', { special: ['<s>'] }, { special: ['<s>'] }, { isShared: true, size: 257 }],
    ['a token of the teacher alone', {}, { special: ['<s>'] }, { isShared: true, size: 256 }],
    [
      'a token of the student alone',
      { special: ['<s>'] },
      {},
      { why: 'token 256 is "<s>" to the student and nothing to the teacher' },
    ],
    [
      'one id, two texts',
      { special: ['<s>'] },
      { special: ['<t>'] },
      { why: 'token 256 is "<s>" to the student and "<t>" to the teacher' },
    ],
    [
      'other rules',
      { normalizer: { type: 'NFC' } },
      {},
      { isShared: false, why: expect.stringContaining('other rules') as string },
    ],
  ])('%s', async (_, student, teacher, expected) => {
    const spaces = idSpaces(await byteTokenizer(student), await byteTokenizer(teacher));
    expect(spaces).toMatchObject(expected);
  });

  it('names ids between tokens that are none', async () => {
    const json = JSON.parse(byteTokenizerJson({})) as { model: { vocab: Record<string, number> } };
    delete json.model.vocab['a'];
    const holed = await fromJson(json);
    expect(idSpaces(holed, await byteTokenizer())).toEqual({
      isShared: true,
      size: 256,
      unknown: [97],
    });
  });
});
