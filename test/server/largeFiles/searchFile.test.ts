import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FileIndexes } from '../../../server/src/largeFiles/fileIndexes.ts';
import { searchFile } from '../../../server/src/largeFiles/searchFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { RECORD } from '../lsp/lspTexts.ts';

const TOKEN = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};
const edge = { token: TOKEN, now: () => performance.now() };
const search = { query: 'nothing of it', matchCase: false, from: 1, limit: 10 };

/** A file of one record, with an index that has not come to its end. */
async function growing() {
  const file = path.join(temporaryFolder(), 'a.jsonl');
  writeFileSync(file, `${RECORD}\n`);
  const indexes = new FileIndexes({
    now: () => performance.now(),
    onProgress: () => undefined,
    onError: () => undefined,
  });
  const { handle } = await indexes.add('', file, {});
  const own = indexes.get(handle)!;
  const { index } = own.parts[0]!;
  index.complete = false;
  return { own, index, close: () => indexes.close(handle) };
}

test('a search waits a while for an index that grows, and does not answer at once with nothing', async () => {
  const { own, close } = await growing();
  const began = performance.now();
  expect(await searchFile(own, search, edge)).toEqual({ matches: [], next: 1 });
  expect(performance.now() - began).toBeGreaterThan(250);
  await close();
});

test.each([
  ['comes to its end', (own: Awaited<ReturnType<typeof growing>>) => (own.index.complete = true)],
  ['breaks off', ({ own }: Awaited<ReturnType<typeof growing>>) => (own.isBroken = true)],
])('a search ends when the index %s', async (_, change) => {
  const grown = await growing();
  setTimeout(() => change(grown), 50);
  const began = performance.now();
  expect(await searchFile(grown.own, search, edge)).toEqual({ matches: [], next: null });
  expect(performance.now() - began).toBeLessThan(250);
  await grown.close();
});
