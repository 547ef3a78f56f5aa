import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readRun } from '@deepcoder/trainer-protocol/node';

/** Removes a run's folder; returns why not, or null. */
export async function deleteRun(folder: string): Promise<string | null> {
  const found = await readRun(folder);
  if ('problem' in found && !found.problem.includes('ENOENT')) {
    return `${found.problem}; remove the folder by hand if it is no run`;
  }
  if ('problem' in found) return 'it is not the folder of a run';
  const { status } = found;
  if (status === 'starting' || status === 'running' || status === 'paused') {
    return `it is ${status}; stop it first`;
  }
  if (status === 'remote') return `it says that it runs on ${found.run.host}; remove it there`;
  // Half of a run must not pass for a whole one while its files go.
  const going = path.join(path.dirname(folder), `.deleting-${path.basename(folder)}`);
  try {
    await rm(going, { recursive: true, force: true });
    await rename(folder, going);
    await rm(going, { recursive: true, force: true });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
