import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatMetricsLine } from '@deepcoder/vocabulary';
import { createAttachedRuns } from '../../../server/src/runs/attachedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) =>
    formatMetricsLine({ step: from + i, tokensSeen: 0, time: 0, values: { 'train/loss': 1 } }),
  ).join('');

const unexpected = (_: string, error: unknown): void => {
  throw error;
};

test('whoever follows a run already misses nothing when another begins to follow it', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'metrics.jsonl');
  writeFileSync(file, lines(0, 3));
  const attached = createAttachedRuns(unexpected);
  const first = await attached.attach(folder, {});
  expect(first.history.rows).toBe(3);
  appendFileSync(file, lines(3, 5));
  const second = await attached.attach(folder, {});
  expect(second.history.rows).toBe(5);
  appendFileSync(file, lines(5, 6));
  const told = await attached.collect();
  expect(told.map(({ firstRow, news }) => [firstRow, news.records.length])).toEqual([[3, 3]]);
});

test('a run that cannot be read is told, and the others go on; once it can be, nothing is missing', async () => {
  const folders = [temporaryFolder(), temporaryFolder()] as const;
  const [good, bad] = folders.map((folder) => path.join(folder, 'metrics.jsonl')) as [
    string,
    string,
  ];
  const told: string[] = [];
  const attached = createAttachedRuns((folder) => told.push(folder));
  writeFileSync(good, lines(0, 2));
  for (const folder of folders) await attached.attach(folder, {});
  const news = async () =>
    (await attached.collect()).map(({ folder, firstRow, news: { records } }) => [
      folder,
      firstRow,
      records.length,
    ]);
  mkdirSync(bad);
  for (const row of [2, 3]) {
    appendFileSync(good, lines(row, row + 1));
    expect(await news()).toEqual([[folders[0], row, 1]]);
  }
  // Told once, however often it is looked at.
  expect(told).toEqual([folders[1]]);
  rmSync(bad, { recursive: true });
  writeFileSync(bad, lines(0, 2));
  expect((await news()).map(([folder]) => folder)).toEqual([folders[1]]);
});
