import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { isLive, readRun, type RunSummary } from '@deepcoder/trainer-protocol/node';

/**
 * Runs write into folders of the user's choice, so each live one leaves a note of where it is in a
 * folder that all runs of one user on this machine know.
 */
const NOTES = path.join(tmpdir(), `deepcoder-${userInfo().username.replaceAll(/[^\w.-]/g, '_')}`);

/** Live runs on this machine besides the one in `folder`. Notes of ended runs are removed. */
export async function otherLiveRuns(folder: string): Promise<RunSummary[]> {
  const names = await readdir(NOTES).catch((): string[] => []);
  const found = await Promise.all(names.map(readNote));
  return found
    .filter((summary) => summary !== null)
    .filter((summary) => path.resolve(summary.folder) !== path.resolve(folder));
}

/** Leaves the note; a machine without a writable temporary folder goes without. */
export async function noteLiveRun(folder: string): Promise<void> {
  const text = path.resolve(folder);
  try {
    await mkdir(NOTES, { recursive: true, mode: 0o700 });
    await writeFile(notePath(folder), text);
  } catch {
    // Then two runs share the machine without knowing.
  }
}

/** Takes the note away. */
export async function forgetLiveRun(folder: string): Promise<void> {
  await rm(notePath(folder), { force: true }).catch(() => undefined);
}

/** The threads of a run beside `others` live ones: an even share of the cores, at least one. */
export function threadShare(cores: number, others: number): number {
  return Math.max(1, Math.floor(cores / (others + 1)));
}

async function readNote(name: string): Promise<RunSummary | null> {
  const note = path.join(NOTES, name);
  const folder = await readFile(note, 'utf8').catch(() => null);
  // Another run is just writing it.
  if (folder === null || folder === '') return null;
  const summary = await readRun(folder);
  if ('run' in summary && isLive(summary.status)) return summary;
  await rm(note, { force: true }).catch(() => undefined);
  return null;
}

function notePath(folder: string): string {
  const name = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16);
  return path.join(NOTES, name);
}
