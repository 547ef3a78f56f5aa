import { readdirSync } from 'node:fs';
import { readRun } from '@deepcoder/trainer-protocol/node';
import { expect, test, vi } from 'vitest';
import { openRun } from '../../../trainer/src/run/openRun.ts';
import { temporaryFolder } from './startWorker.ts';

const refused = new Error('the metrics cannot be closed');
vi.mock(import('../../../trainer/src/run/metricsWriter.ts'), async (original) => {
  const { openMetricsWriter, ...rest } = await original();
  return {
    ...rest,
    openMetricsWriter: async (...args) => {
      const writer = await openMetricsWriter(...args);
      return { ...writer, close: () => writer.close().then(() => Promise.reject(refused)) };
    },
  };
});

async function opened() {
  const folder = await temporaryFolder();
  const told: string[] = [];
  const run = await openRun({
    folder,
    ...{ name: 'n', configText: 'run: {}\n', seed: 3, versions: {}, gitCommit: null },
    ...{
      fingerprints: { config: '', data: [], models: [], executor: null },
      totalSteps: 10,
      threads: 1,
      tensorboard: true,
    },
    clock: () => new Date(),
    onTrouble: (text) => told.push(text),
  });
  return { folder, run, told };
}

/** Files that this process has open in a folder. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

test('a run says why it ended where a sink does not close', async () => {
  const { folder, run } = await opened();
  const error = { code: 'diverged', message: 'too far' };
  await run.end({ state: 'failed', error });
  expect(await readRun(folder)).toMatchObject({ status: 'failed', run: { error, control: null } });
});

test('a sink that does not close is reported, and the others are closed', async () => {
  const before = process.platform === 'linux' ? openFiles() : null;
  const { folder, run, told } = await opened();
  await run.end({ state: 'finished' });
  expect(told).toEqual([`metrics.jsonl takes no more metrics of this run: ${refused.message}`]);
  expect(await readRun(folder)).toMatchObject({ status: 'finished' });
  if (before !== null) expect(openFiles()).toBe(before);
});
