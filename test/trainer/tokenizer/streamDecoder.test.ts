import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreamDecoder } from '../../../trainer/src/tokenizer/streamDecoder.ts';
import type { Tokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizer } from './byteTokenizer.ts';

async function streamed(tokenizer: Pick<Tokenizer, 'decode'>, ids: ArrayLike<number>) {
  const decoder = createStreamDecoder(tokenizer);
  const parts: string[] = [];
  for (const id of Array.from(ids)) parts.push(await decoder.push(id));
  return [...parts, await decoder.end()];
}

describe('createStreamDecoder', () => {
  it('holds a character back until all its bytes are there', async () => {
    const tokenizer = await byteTokenizer();
    const { ids } = await tokenizer.encode('a😀é.');
    expect(await streamed(tokenizer, ids)).toEqual(['a', '', '', '', '😀', '', 'é', '.', '']);
  });

  it('gives an unfinished character at the end as U+FFFD', async () => {
    const tokenizer = await byteTokenizer();
    const { ids } = await tokenizer.encode('a😀');
    expect((await streamed(tokenizer, ids.slice(0, 3))).join('')).toBe('a\ufffd');
  });

  it('gives the text of decoding all at once, for any text', async () => {
    const tokenizer = await byteTokenizer({ merges: ['Ġ t', 'Ċ Ċ', 'ð Ł'], special: ['<e>'] });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (text) => {
        const { ids } = await tokenizer.encode(`${text}<e>`);
        expect((await streamed(tokenizer, ids)).join('')).toBe(await tokenizer.decode(ids));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('keeps spaces where a decoder drops the first one', async () => {
    // In the manner of SentencePiece: every token has its space, the first token of a text loses it.
    const words = ['▁go', '▁to', 's', '▁door'];
    const decode = (ids: ArrayLike<number>): Promise<string> =>
      Promise.resolve(
        Array.from(ids, (id) => words[id])
          .join('')
          .replaceAll('▁', ' ')
          .replace(/^ /, ''),
      );
    expect((await streamed({ decode }, [0, 1, 2, 3])).join('')).toBe('go tos door');
  });
});
