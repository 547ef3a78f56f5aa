import { copyFile, link, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { healFolder, writeFolderAtomically } from '../disk/writeFolderAtomically.ts';

/** Writes what belongs into a checkpoint into the folder given. */
export type FillCheckpoint = (folder: string) => Promise<void>;

const STEP = /^step-(\d{6,})$/;

/** Path of the checkpoint of a step. */
export function checkpointFolder(runFolder: string, step: number): string {
  return path.join(runFolder, 'checkpoints', `step-${String(step).padStart(6, '0')}`);
}

/** Path of the best checkpoint. */
export function bestFolder(runFolder: string): string {
  return path.join(runFolder, 'best');
}

/** Steps that have a whole checkpoint, in order. */
export async function listCheckpoints(runFolder: string): Promise<number[]> {
  const folder = path.join(runFolder, 'checkpoints');
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    // A replacement that died between its two renames.
    if (name.endsWith('.previous')) await healFolder(path.join(folder, name.slice(0, -9)));
  }
  const healed = await readdir(folder).catch((): string[] => []);
  return healed
    .flatMap((name) => STEP.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Writes a checkpoint whole or not at all, then removes old ones. Returns its folder. */
export async function saveStepCheckpoint(
  runFolder: string,
  {
    step,
    keep,
    bestStep,
    fill,
  }: { step: number; keep: number; bestStep: number | null; fill: FillCheckpoint },
): Promise<string> {
  const folder = checkpointFolder(runFolder, step);
  await writeFolderAtomically(folder, fill, { existing: 'replace' });
  await pruneCheckpoints(runFolder, { keep, bestStep });
  return folder;
}

/** Writes `best/` whole or not at all; the earlier best stays until the new one is complete. */
export async function saveBest(runFolder: string, fill: FillCheckpoint): Promise<string> {
  await writeFolderAtomically(bestFolder(runFolder), fill, { existing: 'replace' });
  return bestFolder(runFolder);
}

/** Writes `best/` anew from its step's checkpoint, where that is there: a kill may have come between the two. */
export async function restoreBest(runFolder: string, step: number): Promise<void> {
  if (!(await listCheckpoints(runFolder)).includes(step)) return;
  await saveBest(runFolder, fillFrom(checkpointFolder(runFolder, step)));
}

/** Fills a folder with what another holds, without a second copy where the file system has links. */
export function fillFrom(source: string): FillCheckpoint {
  return async (folder) => {
    for (const name of await readdir(source)) {
      const [from, to] = [path.join(source, name), path.join(folder, name)];
      await link(from, to).catch(() => copyFile(from, to));
    }
  };
}

/**
 * Removes all but the `keep` newest checkpoints, never the newest, the best, or one that is being
 * written (its folder has another name until it is whole).
 */
async function pruneCheckpoints(
  runFolder: string,
  { keep, bestStep }: { keep: number; bestStep: number | null },
): Promise<void> {
  const steps = await listCheckpoints(runFolder);
  const old = steps.slice(0, Math.max(0, steps.length - Math.max(1, keep)));
  for (const step of old) {
    if (step !== bestStep) await removeWhole(checkpointFolder(runFolder, step));
  }
}

/** Removes what a killed process left half written or half removed. For the moment before a run begins. */
export async function clearLeftovers(runFolder: string): Promise<void> {
  const folders = [runFolder, path.join(runFolder, 'checkpoints')];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((candidate) => LEFTOVER.test(candidate))) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
}

const LEFTOVER = /^(step-\d+|best)\.(removing|writing)$/;

/** The folder takes another name before it is emptied: half of a checkpoint must not pass for a whole. */
async function removeWhole(folder: string): Promise<void> {
  const removing = `${folder}.removing`;
  await rm(removing, { recursive: true, force: true });
  await rename(folder, removing);
  await rm(removing, { recursive: true, force: true });
}
