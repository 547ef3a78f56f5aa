import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import type { TokenizerFiles } from '../../../trainer/src/tokenizer/tokenizerFiles.ts';
import { byteTokenizer, byteTokenizerJson } from './byteTokenizer.ts';

const files = (rest: Partial<TokenizerFiles>): TokenizerFiles => ({
  place: 'models/m',
  tokenizer: byteTokenizerJson({ special: ['<s>', '</s>', '<|end|>'] }),
  tokenizerConfig: null,
  chatTemplate: null,
  bosTokenId: null,
  eosTokenId: null,
  ...rest,
});

describe('encode', () => {
  it.each([
    ['ASCII', 'a b', ['a', ' ', 'b']],
    ['beyond U+FFFF: two units', 'x😀y', ['x', '😀', '😀', '😀', '😀', 'y']],
    ['CJK: one unit, three bytes', '漢a', ['漢', '漢', '漢', 'a']],
    ['combining mark', 'e\u0301!', ['e', '\u0301', '\u0301', '!']],
    ['CRLF', 'a\r\nb', ['a', '\r', '\n', 'b']],
    ['a lone surrogate is one unit', 'a\ud800b', ['a', '\ud800', '\ud800', '\ud800', 'b']],
    ['a special token', 'a😀</s>b', ['a', '😀', '😀', '😀', '😀', '</s>', 'b']],
    ['a flag: two regional indicators', '🇫🇷', ['🇫', '🇫', '🇫', '🇫', '🇷', '🇷', '🇷', '🇷']],
  ])('gives offsets in UTF-16 units: %s', async (_, text, slices: string[]) => {
    const tokenizer = await byteTokenizer({ special: ['</s>'] });
    const { offsets } = await tokenizer.encode(text);
    const shown = slices.map((__, i) => text.slice(offsets[2 * i], offsets[2 * i + 1]));
    expect(shown).toEqual(slices);
    expect(offsets.length).toBe(2 * slices.length);
  });

  it('covers every unit of any text, in order, and decodes to the same text', async () => {
    const tokenizer = await byteTokenizer({ merges: ['Ġ t', 'Ċ Ċ', 'ð Ł', 'Ġ Ġ'] });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const { ids, offsets } = await tokenizer.encode(text);
        let covered = 0;
        for (let i = 0; i < ids.length; i++) {
          expect(offsets[2 * i]).toBeLessThanOrEqual(covered);
          covered = Math.max(covered, offsets[2 * i + 1]!);
        }
        expect(covered).toBe(text.length);
        expect(await tokenizer.decode(ids)).toBe(text);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('keeps the space of a token, cuts nothing and adds nothing, whatever the file asks for', async () => {
    const json = JSON.parse(byteTokenizerJson({ merges: ['Ġ t'] })) as Record<string, unknown>;
    const truncation = { max_length: 2, stride: 0, strategy: 'LongestFirst', direction: 'Right' };
    const padding = {
      strategy: { Fixed: 9 },
      direction: 'Right',
      pad_id: 0,
      pad_type_id: 0,
      pad_token: '!',
    };
    const tokenizer = await createTokenizer(
      files({ tokenizer: JSON.stringify({ ...json, truncation, padding }) }),
    );
    const { offsets } = await tokenizer.encode('a t t');
    expect([...offsets]).toEqual([0, 1, 1, 3, 3, 5]);
  });
});

describe('special tokens', () => {
  it.each([
    ['strings', { bos_token: '<s>', eos_token: '</s>' }, {}, ['<s>', '</s>']],
    ['objects', { eos_token: { content: '</s>', lstrip: false } }, {}, [null, '</s>']],
    [
      "ids of the checkpoint's config",
      {},
      { bosTokenId: 256, eosTokenId: 258 },
      ['<s>', '<|end|>'],
    ],
    ['the tokenizer before the config', { eos_token: '</s>' }, { eosTokenId: 258 }, [null, '</s>']],
    ['none', {}, {}, [null, null]],
  ])('are read from %s', async (_, config, rest, [bos, eos]) => {
    const { special, idOf } = await createTokenizer(
      files({ tokenizerConfig: JSON.stringify(config), ...rest }),
    );
    expect([special.bosToken, special.eosToken]).toEqual([bos, eos]);
    expect(special.eosTokenId).toBe(eos == null ? null : idOf(eos));
    expect(special.all).toEqual(['<s>', '</s>', '<|end|>']);
  });

  it('finds the chat template: its own file, the default of several, the only one', async () => {
    const several = [
      { name: 'tool_use', template: 'T' },
      { name: 'default', template: 'D' },
    ];
    const template = async (chat_template: unknown, chatTemplate: string | null) =>
      (
        await createTokenizer(
          files({ tokenizerConfig: JSON.stringify({ chat_template }), chatTemplate }),
        )
      ).chatTemplate;
    expect(await template('X', null)).toBe('X');
    expect(await template('X', 'F')).toBe('F');
    expect(await template(several, null)).toBe('D');
    expect(await template(undefined, null)).toBeNull();
  });

  it('knows what the tokenizer itself puts before a text', async () => {
    const postProcessor = {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '<s>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '</s>', type_id: 0 } },
      ],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: {
        '<s>': { id: '<s>', ids: [256], tokens: ['<s>'] },
        '</s>': { id: '</s>', ids: [257], tokens: ['</s>'] },
      },
    };
    const { prefixIds } = await byteTokenizer({ special: ['<s>', '</s>'], postProcessor });
    expect(prefixIds).toEqual([256]);
    expect((await byteTokenizer()).prefixIds).toEqual([]);
  });
});

describe('broken files', () => {
  it.each([
    ['no JSON', { tokenizer: '{' }, /models\/m\/tokenizer\.json is not JSON/],
    [
      'no tokenizer',
      { tokenizer: '{"model": {"type": "Nonsense"}}' },
      /models\/m\/tokenizer\.json:/,
    ],
    ['config no JSON', { tokenizerConfig: '[' }, /tokenizer_config\.json is not JSON/],
  ])('are named: %s', async (_, rest, message) => {
    await expect(createTokenizer(files(rest))).rejects.toMatchObject({
      code: 'tokenizer-unreadable',
      exitCode: 3,
      message: expect.stringMatching(message) as string,
    });
  });
});
