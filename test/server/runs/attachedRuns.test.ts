import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatMetricsLine } from '@deepcoder/trainer-protocol';
import { expect, test } from 'vitest';
import { createAttachedRuns } from '../../../server/src/runs/attachedRuns.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) =>
    formatMetricsLine({ step: from + i, tokensSeen: 0, time: 0, values: { 'train/loss': 1 } }),
  ).join('');

test('whoever follows a run already misses nothing when another begins to follow it', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'metrics.jsonl');
  writeFileSync(file, lines(0, 3));
  const attached = createAttachedRuns();
  const first = await attached.attach(folder, {});
  expect(first.history.rows).toBe(3);
  appendFileSync(file, lines(3, 5));
  const second = await attached.attach(folder, {});
  expect(second.history.rows).toBe(5);
  appendFileSync(file, lines(5, 6));
  const told = await attached.collect();
  expect(told.map(({ firstRow, news }) => [firstRow, news.records.length])).toEqual([[3, 3]]);
});
