import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { coderProcess } from '../../../trainer/src/data/tokenizing/coderProcess.ts';
import { guardedTokenizer } from '../../../trainer/src/data/tokenizing/guardedTokenizer.ts';
import { isWellKnown } from '../../../trainer/src/tokenizer/isWellKnown.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import type { TokenizerFiles } from '../../../trainer/src/tokenizer/tokenizerFiles.ts';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';

const script = pathToFileURL(join(checkoutRoot, 'trainer/dist/tokenizerProcess.mjs'));

beforeAll(buildProgram, PATIENCE_MS);

function filesWith(rules: object): TokenizerFiles {
  const json = JSON.parse(byteTokenizerJson({ special: ['</s>'] })) as object;
  return {
    place: 'models/m',
    tokenizer: JSON.stringify({ ...json, ...rules }),
    tokenizerConfig: null,
    chatTemplate: null,
    bosTokenId: null,
    eosTokenId: null,
  };
}

const splitBy = (Regex: string) => ({
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    ],
  },
});

const QUADRATIC = splitBy('(x+x+)+y');
const QWEN = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

describe('a tokenizer of others', { timeout: PATIENCE_MS }, () => {
  it('that panics is an error that names it and the text, and goes on with the next', async () => {
    const tokenizer = await guardedTokenizer(filesWith(QUADRATIC), script);
    await expect(tokenizer.encode('x'.repeat(100_000))).rejects.toMatchObject({
      code: 'tokenizer-failed',
      message: expect.stringMatching(
        /models\/m\/tokenizer.json: over a text of 100000 characters it ends its process: .*retry-limit/,
      ) as unknown,
    });
    const here = await createTokenizer(filesWith(QUADRATIC));
    expect(await tokenizer.encode('a 😀</s>')).toEqual(await here.encode('a 😀</s>'));
    expect(await tokenizer.decode([1, 2, 3])).toBe(await here.decode([1, 2, 3]));
    expect(tokenizer.prefixIds).toEqual(here.prefixIds);
  });

  it('that takes too long is ended', async () => {
    const coder = coderProcess(filesWith(QUADRATIC), { script, limitMs: 1 });
    await expect(coder.encode('a')).rejects.toMatchObject({ code: 'tokenizer-failed' });
  });

  it('of well-known rules is asked of a process for long texts alone', async () => {
    const tokenizer = await guardedTokenizer(filesWith(splitBy(QWEN)), script);
    const { ids } = await tokenizer.encode(' '.repeat(1_000_001));
    expect(ids.length).toBe(1_000_001);
  });

  it.each([
    ['ByteLevel by itself', {}, true],
    ["Qwen's expression", splitBy(QWEN), true],
    ['another expression', QUADRATIC, false],
    [
      'a replacement that makes a text grow',
      { normalizer: { type: 'Replace', pattern: { String: 'a' }, content: 'b'.repeat(100) } },
      false,
    ],
  ])('%s is told from others', (_, rules, known) => {
    expect(isWellKnown(filesWith(rules))).toBe(known);
  });
});
