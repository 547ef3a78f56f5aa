import { access } from 'node:fs/promises';
import { DeepCoderError } from '@deepcoder/config';
import { readTrainerState } from '../checkpoint/trainerState.ts';
import { standingFolder } from '../disk/writeFolderAtomically.ts';
import { bestFolder, checkpointFolder, listCheckpoints } from '../run/checkpointFolders.ts';
import type { LoopState } from '../training/loopState.ts';

/** Which of a run's checkpoints: the best, the newest, or that of a step. */
export type WhichCheckpoint = 'best' | 'latest' | number;

/**
 * The folder of a run's checkpoint; where no best one was kept, the newest stands for it. Only looks: the run may
 * be training.
 */
export async function findCheckpoint(runFolder: string, which: WhichCheckpoint): Promise<string> {
  const steps = await listCheckpoints(runFolder);
  if (which === 'best') {
    const best = await findBest(runFolder, steps);
    if (best !== null) return best;
  }
  const step = typeof which === 'number' ? which : steps.at(-1);
  if (step !== undefined && steps.includes(step)) {
    return standingFolder(checkpointFolder(runFolder, step));
  }
  const there =
    steps.length === 0 ? 'it has none yet' : `it has those of steps ${steps.join(', ')}`;
  const asked = typeof which === 'number' ? `no checkpoint of step ${which}` : 'no checkpoint';
  throw noCheckpoint(runFolder, `${asked}; ${there}`);
}

/**
 * The best checkpoint as the newest state names it. `best/` is older than that where the trainer was killed, or is
 * at work, between the step's checkpoint and `best/`: the step's checkpoint has the same content then.
 */
async function findBest(
  runFolder: string,
  steps: readonly number[],
  triesLeft = 5,
): Promise<string | null> {
  const folder = await standingFolder(bestFolder(runFolder));
  const kept = await stateOf(folder);
  const newest = steps.at(-1);
  if (newest === undefined) return kept === null ? null : folder;
  const wanted = (await stateOf(checkpointFolder(runFolder, newest)))?.best?.step ?? null;
  if (wanted === null) return null;
  if (kept?.step === wanted) return folder;
  const now = await listCheckpoints(runFolder);
  if (now.includes(wanted)) return standingFolder(checkpointFolder(runFolder, wanted));
  if (triesLeft > 0) return findBest(runFolder, now, triesLeft - 1);
  const there = kept === null ? 'is gone' : `is of step ${kept.step}`;
  throw noCheckpoint(
    runFolder,
    `the best checkpoint is that of step ${wanted}, but best/ ${there}; name one of the steps ${now.join(', ')} with --checkpoint`,
  );
}

async function stateOf(named: string): Promise<Pick<LoopState, 'step' | 'best'> | null> {
  const folder = await standingFolder(named);
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  return (await readTrainerState(folder)).json as unknown as LoopState;
}

function noCheckpoint(runFolder: string, what: string): DeepCoderError {
  return new DeepCoderError('run/no-checkpoint', `run ${runFolder}: ${what}`, { exitCode: 3 });
}
