import { DeepCoderError } from '@deepcoder/config';
import { verifyChecksums } from '../checkpoint/checksums.ts';
import { readTrainerState } from '../checkpoint/trainerState.ts';
import { standingFolder } from '../disk/writeFolderAtomically.ts';
import { checkpointFolder, listCheckpoints } from '../run/checkpointFolders.ts';
import { findCheckpoint } from './findCheckpoint.ts';

/** Where a run goes on: at its newest whole checkpoint, its best one, or that of a step. */
export type ResumeFrom = 'latest-good' | 'best' | number;

export interface ResumableCheckpoint {
  checkpoint: string;
  /** What is wrong with the newer checkpoints that were passed over. */
  damaged: string[];
}

export async function resumableCheckpoint(
  runFolder: string,
  from: ResumeFrom,
): Promise<ResumableCheckpoint> {
  if (from === 'latest-good') return newestWhole(runFolder);
  const checkpoint = await findCheckpoint(runFolder, from);
  await refuseDamaged(checkpoint);
  return { checkpoint, damaged: [] };
}

async function newestWhole(runFolder: string): Promise<ResumableCheckpoint> {
  const damaged: string[] = [];
  for (const step of (await listCheckpoints(runFolder)).reverse()) {
    const checkpoint = await standingFolder(checkpointFolder(runFolder, step));
    try {
      await refuseDamaged(checkpoint);
      return { checkpoint, damaged };
    } catch (error) {
      if (!(error instanceof DeepCoderError)) throw error;
      damaged.push(error.message);
    }
  }
  const why =
    damaged.length === 0 ? 'it has none yet' : `none is whole:\n  ${damaged.join('\n  ')}`;
  throw new DeepCoderError(
    'run/no-checkpoint',
    `run ${runFolder}: no checkpoint to go on from; ${why}`,
    { exitCode: 3 },
  );
}

async function refuseDamaged(checkpoint: string): Promise<void> {
  await verifyChecksums(checkpoint);
  await readTrainerState(checkpoint);
}
