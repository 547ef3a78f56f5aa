import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkpointFolder,
  clearLeftovers,
  fillFrom,
  listCheckpoints,
  saveBest,
  saveStepCheckpoint,
} from '../../../trainer/src/run/checkpointFolders.ts';
import { temporaryFolder } from './startWorker.ts';

/** Saves the steps in order and returns those that are left. */
async function left(
  steps: number[],
  { keep, bestStep = null }: { keep: number; bestStep?: number | null },
): Promise<number[]> {
  const folder = await temporaryFolder();
  for (const step of steps) {
    await saveStepCheckpoint(folder, { step, keep, bestStep, fill: fillWith(`${step}`) });
  }
  return listCheckpoints(folder);
}

function fillWith(text: string): (folder: string) => Promise<void> {
  return (folder) => writeFile(path.join(folder, 'weights'), text);
}

describe('saveStepCheckpoint', () => {
  it.each([
    [[10, 20, 30, 40], { keep: 3 }, [20, 30, 40]],
    [[10, 20, 30, 40], { keep: 1 }, [40]],
    [[10, 20, 30, 40], { keep: 1, bestStep: 10 }, [10, 40]],
    [[10, 20, 30], { keep: 2, bestStep: 30 }, [20, 30]],
    [[10, 10, 10], { keep: 2 }, [10]],
    [[999_999, 1_000_000], { keep: 2 }, [999_999, 1_000_000]],
  ])('%j with %j leaves %j', async (steps, options, expected) => {
    expect(await left(steps, options)).toEqual(expected);
  });

  it('leaves the earlier checkpoints alone when writing fails', async () => {
    const folder = await temporaryFolder();
    const options = { keep: 1, bestStep: null };
    await saveStepCheckpoint(folder, { step: 1, ...options, fill: fillWith('1') });
    const fill = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await expect(saveStepCheckpoint(folder, { step: 2, ...options, fill })).rejects.toMatchObject({
      name: 'DeepCoderError',
    });
    expect(await listCheckpoints(folder)).toEqual([1]);
    expect(await readdir(path.join(folder, 'checkpoints'))).toEqual(['step-000001']);
  });

  it('gets past the leftovers of a process that was killed', async () => {
    const folder = await temporaryFolder();
    const options = { keep: 1, bestStep: null };
    for (const name of ['step-000001.removing', 'step-000002.writing']) {
      await mkdir(path.join(folder, 'checkpoints', name), { recursive: true });
      await writeFile(path.join(folder, 'checkpoints', name, 'half'), '');
    }
    expect(await listCheckpoints(folder)).toEqual([]);
    for (const step of [1, 2]) {
      await saveStepCheckpoint(folder, { step, ...options, fill: fillWith('x') });
    }
    expect(await readdir(path.join(folder, 'checkpoints'))).toEqual(['step-000002']);
    expect(await readdir(checkpointFolder(folder, 2))).toEqual(['weights']);
  });

  it('brings back a checkpoint whose replacement never ended', async () => {
    const folder = await temporaryFolder();
    await mkdir(`${checkpointFolder(folder, 3)}.previous`, { recursive: true });
    expect(await listCheckpoints(folder)).toEqual([3]);
  });
});

describe('clearLeftovers', () => {
  it('removes half-written folders and nothing else', async () => {
    const folder = await temporaryFolder();
    await saveStepCheckpoint(folder, { step: 1, keep: 1, bestStep: null, fill: fillWith('1') });
    await mkdir(path.join(folder, 'checkpoints', 'step-000002.writing'));
    await mkdir(path.join(folder, 'best.writing'));
    await mkdir(path.join(folder, 'mine.writing'));
    await clearLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual(['checkpoints', 'mine.writing']);
    expect(await readdir(path.join(folder, 'checkpoints'))).toEqual(['step-000001']);
  });
});

describe('saveBest', () => {
  it('takes a checkpoint without a second copy on the disk, and outlives it', async () => {
    const folder = await temporaryFolder();
    const step = await saveStepCheckpoint(folder, {
      step: 1,
      keep: 1,
      bestStep: null,
      fill: fillWith('one'),
    });
    const best = await saveBest(folder, fillFrom(step));
    const { ino } = await stat(path.join(best, 'weights'));
    expect(ino).toBe((await stat(path.join(step, 'weights'))).ino);
    await saveStepCheckpoint(folder, { step: 2, keep: 1, bestStep: null, fill: fillWith('two') });
    expect(await readFile(path.join(best, 'weights'), 'utf8')).toBe('one');
  });
});
