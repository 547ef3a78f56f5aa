import { copyFile, link, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../disk/systemCode.ts';
import { healFolder, writeFolderAtomically } from '../disk/writeFolderAtomically.ts';

/** Writes what belongs into a checkpoint into the folder given. */
export type FillCheckpoint = (folder: string) => Promise<void>;

/** A replacement that died between its two renames leaves the earlier checkpoint under `.previous`. */
const STEP = /^step-(\d{6,})(?:\.previous)?$/;

/** Path of the checkpoint of a step. */
export function checkpointFolder(runFolder: string, step: number): string {
  return path.join(runFolder, 'checkpoints', `step-${String(step).padStart(6, '0')}`);
}

/** Path of the best checkpoint. */
export function bestFolder(runFolder: string): string {
  return path.join(runFolder, 'best');
}

/** Steps that have a whole checkpoint, in order. Only looks: the trainer may be replacing one right now. */
export async function listCheckpoints(runFolder: string): Promise<number[]> {
  const names = await readdir(path.join(runFolder, 'checkpoints')).catch((): string[] => []);
  const steps = names.flatMap((name) => STEP.exec(name)?.[1] ?? []).map(Number);
  return [...new Set(steps)].sort((a, b) => a - b);
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

/** Makes `best/` again from its step's checkpoint, since a kill may have come between the two. False: it is gone. */
export async function restoreBest(runFolder: string, step: number): Promise<boolean> {
  if (!(await listCheckpoints(runFolder)).includes(step)) return false;
  await saveBest(runFolder, fillFrom(checkpointFolder(runFolder, step)));
  return true;
}

/** Removes `best/` where there is one. */
export async function removeBest(runFolder: string): Promise<void> {
  await removeWhole(bestFolder(runFolder));
}

/** Removes the checkpoints after a step, from which the run goes on another way. */
export async function removeLater(runFolder: string, step: number): Promise<void> {
  for (const later of await listCheckpoints(runFolder)) {
    if (later > step) await removeWhole(checkpointFolder(runFolder, later));
  }
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

/** Puts right what a killed process left half written, half replaced or half removed. For the run's owner. */
export async function clearLeftovers(runFolder: string): Promise<void> {
  for (const folder of [runFolder, path.join(runFolder, 'checkpoints')]) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const place = path.join(folder, name);
      if (REPLACED.test(name)) await healFolder(place.slice(0, -'.previous'.length));
      if (LEFTOVER.test(name) || REPLACED.test(name))
        await rm(place, { recursive: true, force: true });
    }
  }
}

const REPLACED = /^(step-\d+|best)\.previous$/;

/** Folders that were being written or removed, and the temporary files of `atomicWrite`. */
const LEFTOVER = /^(?:(?:step-\d+|best)\.(?:removing|writing)|\..+\.\d+\.\d+\.tmp)$/;

/** The folder takes another name before it is emptied: half of a checkpoint must not pass for a whole. */
async function removeWhole(folder: string): Promise<void> {
  const removing = `${folder}.removing`;
  await rm(removing, { recursive: true, force: true });
  try {
    await rename(folder, removing);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(removing, { recursive: true, force: true });
}
