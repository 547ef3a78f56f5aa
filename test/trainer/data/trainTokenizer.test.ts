import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../trainer/src/data/encode/renderDocument.ts';
import { openTokenizer } from '../../../trainer/src/data/openTokenizer.ts';
import { trainTokenizer } from '../../../trainer/src/data/trainTokenizer.ts';
import { LEAST_TOKENS } from '../../../trainer/src/tokenizer/bytePairTokenizer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const REACT = `Task: find the lantern in the lighthouse.
Thought 1: The lantern is upstairs, I think; lanterns are.
Action 1: climb stairs
Observation 1: You see a lantern. Ein Leuchtturm – 灯台.
Thought 2: There is the lantern.
Action 2: take lantern
Observation 2: You hold the lantern.
`;

const CHAT = `${JSON.stringify({
  messages: [
    { role: 'user', content: 'count the lanterns' },
    { role: 'assistant', content: 'There are\nthree "lanterns" here.' },
  ],
})}\n`;

function documentOf(text: string, fileName: string): Document {
  return {
    ...{ source: fileName, id: null, text, problems: [], fileName },
    ...{ format: null, rules: null, annotations: null },
  };
}

async function* documents(...given: Document[]): AsyncGenerator<Document> {
  await Promise.resolve();
  yield* given;
}

const both = () => documents(documentOf(REACT, 'a.react'), documentOf(CHAT, 'b.jsonl'));

async function made(vocabSize: number) {
  const folder = path.join(temporaryFolder(), 'tokenizer');
  const counts = await trainTokenizer(both(), {
    vocabSize,
    folder,
    signal: new AbortController().signal,
  });
  return { folder, counts, tokenizer: await openTokenizer(folder) };
}

describe('a tokenizer from data', () => {
  test('every text has tokens, and comes back as it was', async () => {
    const { tokenizer, counts } = await made(400);
    expect(counts).toMatchObject({ trajectories: 2, tokens: tokenizer.vocabSize });
    expect(tokenizer.special.unkTokenId).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const isSpecial = /<pad>|<\/?s>|<\|im_|\p{Surrogate}/u.test(text);
        fc.pre(!isSpecial);
        const { ids } = await tokenizer.encode(text);
        expect(await tokenizer.decode(ids)).toBe(text);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('what the data says often is few tokens, JSON unescaped', async () => {
    const { tokenizer } = await made(400);
    const [often, seldom] = await Promise.all(
      [' lantern', ' qzxjvk'].map((text) => tokenizer.encode(text)),
    );
    expect(often!.ids).toHaveLength(1);
    expect(seldom!.ids.length).toBeGreaterThan(4);
    expect(
      readFileSync(path.join((await made(400)).folder, 'tokenizer.json'), 'utf8'),
    ).not.toContain('\\\\n');
  });

  test('a smaller one has the first tokens of a larger one', async () => {
    const [small, large] = [await made(300), await made(360)];
    expect(small.tokenizer.vocabSize).toBe(300);
    expect(large.tokenizer.vocabSize).toBe(360);
    for (let id = 0; id < 300; id++)
      expect(small.tokenizer.tokenOf(id)).toBe(large.tokenizer.tokenOf(id));
  });

  test.each([
    ['too few tokens for the bytes', LEAST_TOKENS - 1, both(), 'tokenizer-size'],
    ['no trajectory', 300, documents(documentOf('shopping list', 'a.txt')), 'no-training-data'],
  ])('is refused: %s', async (_, vocabSize, given, code) => {
    const folder = path.join(temporaryFolder(), 'tokenizer');
    await expect(
      trainTokenizer(given, { vocabSize, folder, signal: new AbortController().signal }),
    ).rejects.toMatchObject({ code });
  });
});
