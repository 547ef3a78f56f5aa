import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyChecksums, writeChecksums } from '../../../trainer/src/checkpoint/checksums.ts';
import {
  readTrainerState,
  writeTrainerState,
} from '../../../trainer/src/checkpoint/trainerState.ts';
import { findCheckpoint } from '../../../trainer/src/commands/findCheckpoint.ts';
import { resumableCheckpoint } from '../../../trainer/src/commands/resumableCheckpoint.ts';
import {
  bestFolder,
  checkpointFolder,
  listCheckpoints,
  saveStepCheckpoint,
} from '../../../trainer/src/run/checkpointFolders.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const TENSORS = {
  names: ['m'],
  shape: () => [2],
  read: () => Promise.resolve(Float32Array.of(1, 2)),
};

let run: string;

beforeEach(() => {
  run = temporaryFolder();
});

/** A checkpoint of a step whose state calls that of `best` the best. */
async function save(step: number, best: number | null): Promise<void> {
  const json = { step, tokensSeen: step, best: best === null ? null : { step: best } };
  await saveStepCheckpoint(run, {
    step,
    keep: 10,
    bestStep: best,
    fill: async (folder) => {
      await writeTrainerState(folder, { tensors: TENSORS, json });
      await writeChecksums(folder);
    },
  });
}

const keepAsBest = (step: number) =>
  cp(checkpointFolder(run, step), bestFolder(run), { recursive: true });

const damage = async (step: number, name: string) => {
  const file = path.join(checkpointFolder(run, step), name);
  const bytes = await readFile(file);
  const last = bytes.length - 1;
  bytes[last] = bytes[last]! ^ 1;
  await writeFile(file, bytes);
};

describe('the best checkpoint', () => {
  it('is best/ where it is what the newest state says', async () => {
    await save(1, 1);
    await save(2, 1);
    await keepAsBest(1);
    expect(await findCheckpoint(run, 'best')).toBe(bestFolder(run));
  });

  it('is that of its step where a kill came before best/ was written', async () => {
    await save(1, 1);
    await keepAsBest(1);
    await save(2, 2);
    expect(await findCheckpoint(run, 'best')).toBe(checkpointFolder(run, 2));
  });

  it('is named where it is gone, instead of other weights being used', async () => {
    await save(1, 1);
    await keepAsBest(1);
    await save(2, 2);
    await save(3, 2);
    await rm(checkpointFolder(run, 2), { recursive: true });
    await expect(findCheckpoint(run, 'best')).rejects.toThrow(
      'the best checkpoint is that of step 2, but best/ is of step 1',
    );
  });

  it('is not one that the run knows nothing of', async () => {
    await save(1, 1);
    await keepAsBest(1);
    await save(2, null);
    expect(await findCheckpoint(run, 'best')).toBe(checkpointFolder(run, 2));
  });

  it('is best/ where all else was removed to save room', async () => {
    await save(1, 1);
    await keepAsBest(1);
    await rm(path.join(run, 'checkpoints'), { recursive: true });
    expect(await findCheckpoint(run, 'best')).toBe(bestFolder(run));
  });
});

describe('readers', () => {
  it('find what a killed replacement moved aside, and leave it there', async () => {
    await save(1, 1);
    await keepAsBest(1);
    await rename(checkpointFolder(run, 1), `${checkpointFolder(run, 1)}.previous`);
    await rename(bestFolder(run), `${bestFolder(run)}.previous`);
    const before = await readdir(run, { recursive: true });
    expect(await listCheckpoints(run)).toEqual([1]);
    expect(await findCheckpoint(run, 'best')).toBe(`${bestFolder(run)}.previous`);
    expect(await findCheckpoint(run, 1)).toBe(`${checkpointFolder(run, 1)}.previous`);
    expect((await readTrainerState(checkpointFolder(run, 1))).json['step']).toBe(1);
    await verifyChecksums(checkpointFolder(run, 1));
    expect(await readdir(run, { recursive: true })).toEqual(before);
  });

  it('always find a checkpoint that is being replaced over and over', async () => {
    await save(1, 1);
    const done = new AbortController();
    const writing = (async () => {
      for (let n = 0; n < 50; n++) await save(1, 1);
      done.abort();
    })();
    const seen = new Set<string>();
    while (!done.signal.aborted) seen.add((await listCheckpoints(run)).join());
    await writing;
    expect([...seen]).toEqual(['1']);
  });
});

describe('where a run goes on', () => {
  it('is its newest whole checkpoint, and what is wrong with newer ones is told', async () => {
    for (const step of [1, 2, 3]) await save(step, 1);
    await damage(3, 'optimizer.safetensors');
    const { checkpoint, damaged } = await resumableCheckpoint(run, 'latest-good');
    expect(checkpoint).toBe(checkpointFolder(run, 2));
    expect(damaged).toEqual([expect.stringContaining('optimizer.safetensors is damaged')]);
  });

  it('is the step that was asked for, or the best', async () => {
    for (const step of [1, 2, 3]) await save(step, 2);
    expect((await resumableCheckpoint(run, 1)).checkpoint).toBe(checkpointFolder(run, 1));
    expect((await resumableCheckpoint(run, 'best')).checkpoint).toBe(checkpointFolder(run, 2));
    await damage(1, 'trainer_state.json');
    await expect(resumableCheckpoint(run, 1)).rejects.toMatchObject({ code: 'checkpoint-damaged' });
    await expect(resumableCheckpoint(run, 9)).rejects.toThrow('it has those of steps 1, 2, 3');
  });

  it('is nowhere without one', async () => {
    await mkdir(path.join(run, 'checkpoints'));
    await expect(resumableCheckpoint(run, 'latest-good')).rejects.toThrow('it has none yet');
    await save(1, null);
    await rm(path.join(checkpointFolder(run, 1), 'optimizer.safetensors'));
    await expect(resumableCheckpoint(run, 'latest-good')).rejects.toThrow(
      'optimizer.safetensors cannot be read',
    );
  });
});
