import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMetricsWriter } from '../../../trainer/src/run/metricsWriter.ts';
import { readMetrics } from '@deepcoder/trainer-protocol/node';
import { formatMetricsLine, type MetricsRecord } from '@deepcoder/vocabulary';
import { temporaryFolder } from './startWorker.ts';

function recordOf(step: number): MetricsRecord {
  const values: Record<string, number> = { 'train/loss': 1 / step, 'train/größe': step };
  if (step % 100 === 0) values['eval/loss'] = step;
  return { step, tokensSeen: step * 7, time: step / 10, values };
}

async function written(steps: number): Promise<string> {
  const folder = await temporaryFolder();
  const writer = await openMetricsWriter(folder);
  for (let step = 1; step <= steps; step++) writer.write(recordOf(step));
  await writer.close();
  return folder;
}

async function stepsIn(folder: string): Promise<number[]> {
  return [...(await readMetrics(folder)).columns.step];
}

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

describe('openMetricsWriter', () => {
  it('can be read at once, before anything is closed', async () => {
    const folder = await temporaryFolder();
    const writer = await openMetricsWriter(folder);
    writer.write(recordOf(1));
    expect(await stepsIn(folder)).toEqual([1]);
    await writer.close();
  });

  it('keeps an index that says the same as the text, at any length', async () => {
    const folder = await temporaryFolder();
    const writer = await openMetricsWriter(folder);
    for (let step = 1; step <= 5000; step++) {
      writer.write(recordOf(step));
      // Lets the index be written in between, as training steps do.
      if (step % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const inBetween = await readMetrics(folder);
    await writer.close();
    const atEnd = await readMetrics(folder);
    await writeFile(path.join(folder, 'metrics.index'), 'damaged');
    const fromText = await readMetrics(folder);
    for (const { columns, problems } of [inBetween, atEnd, fromText]) {
      expect(problems).toEqual([]);
      expect([...columns.step]).toEqual(upTo(5000));
      expect(columns.values.get('train/größe')?.[4998]).toBe(4999);
      expect(columns.values.get('eval/loss')?.[4999]).toBe(5000);
      expect(columns.values.get('eval/loss')?.[4998]).toBeNaN();
    }
    expect(atEnd).toEqual(fromText);
  });

  it('goes on after a torn line', async () => {
    const folder = await written(3);
    await appendFile(
      path.join(folder, 'metrics.jsonl'),
      formatMetricsLine(recordOf(4)).slice(0, 20),
    );
    expect(await stepsIn(folder)).toEqual([1, 2, 3]);
    const writer = await openMetricsWriter(folder);
    writer.write(recordOf(4));
    await writer.close();
    expect(await stepsIn(folder)).toEqual([1, 2, 3, 4]);
    const lines = (await readFile(path.join(folder, 'metrics.jsonl'), 'utf8')).split('\n');
    expect(lines).toHaveLength(5);
  });

  it.each([0, 5, 1500, 2999, 3000])(
    'forgets the steps after %d for a run that goes on',
    async (lastStep) => {
      const folder = await written(3000);
      const writer = await openMetricsWriter(folder, { lastStep });
      writer.write(recordOf(lastStep + 1));
      await writer.close();
      expect(await stepsIn(folder)).toEqual(upTo(lastStep + 1));
    },
  );

  it('does not believe an index of a longer text', async () => {
    const folder = await written(2000);
    const lines = upTo(10).map((step) => formatMetricsLine(recordOf(step * 2)));
    await writeFile(path.join(folder, 'metrics.jsonl'), lines.join(''));
    expect(await stepsIn(folder)).toEqual(upTo(10).map((step) => step * 2));
  });

  it('has nothing to say of a folder without metrics', async () => {
    expect(await stepsIn(await temporaryFolder())).toEqual([]);
  });

  it('opens 100,000 steps from the index, not from the text', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const writer = await openMetricsWriter(folder);
    for (let step = 1; step <= 100_000; step++) writer.write(recordOf(step));
    await writer.close();
    const file = path.join(folder, 'metrics.jsonl');
    // What is covered is not looked at again: blank it out.
    await writeFile(file, Buffer.alloc((await stat(file)).size, ' '));
    const { columns, problems } = await readMetrics(folder);
    expect(problems).toEqual([]);
    expect(columns.step.length).toBe(100_000);
    expect(columns.values.get('train/loss')?.[99_999]).toBe(1e-5);
  });
});
