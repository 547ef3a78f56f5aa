import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DeepCoderError } from '@deepcoder/config';
import { findMpi, type FoundMpi } from '../engine/collective/findMpi.ts';
import { mpirunCommand } from '../launch/mpirunCommand.ts';
import { type RanksEnd, startRanks } from '../launch/startRanks.ts';
import { listCheckpoints } from '../run/checkpointFolders.ts';
import { type Cli, print } from './cli.ts';
import { CANCELLED } from './interrupt.ts';

export interface LaunchOptions {
  ranks: number;
  hosts: readonly string[];
  maxRestarts: number;
  json: boolean;
}

/** Starts this very program as ranks with a command of its own, and again from the newest checkpoint where one is lost. */
export async function launchRanks(
  cli: Cli,
  args: readonly string[],
  { ranks, hosts, maxRestarts, json }: LaunchOptions,
): Promise<void> {
  const mpi = mpiFor(cli.env);
  const say = (text: string): void => {
    if (!json) print(cli, text);
  };
  const { signal } = cli.interrupt(say);
  say(`${ranks} ranks by ${mpi.mpirun} (${mpi.place})`);
  const program = path.join(cli.programFolder, 'dist', 'deepcoder.mjs');
  let command = args;
  for (let restart = 0; ; restart++) {
    const env = {
      DEEPCODER_RANKS: String(ranks),
      DEEPCODER_MPI_LIBRARY: mpi.library,
      // Calls that are blocked sit on libuv's threads, of which there are 4.
      UV_THREADPOOL_SIZE: '12',
    };
    const made = mpirunCommand(mpi, { ranks, hosts, env }, [process.execPath, program, ...command]);
    const { cwd, stdout, stderr } = cli;
    const ended = await startRanks(made, { cwd, env: cli.env, stdout, stderr, signal });
    if (ended.error === null) {
      if (ended.end === 'stopped' && signal.aborted) cli.end.code = CANCELLED;
      return;
    }
    if (signal.aborted || restart >= maxRestarts || ended.error.exitCode !== LOST)
      throw told(ended.error, ended, ranks);
    say(`${ended.error.message}; restart ${restart + 1} of ${maxRestarts}`);
    const { folder } = ended;
    if (folder !== null && (await listCheckpoints(folder)).length > 0)
      command = ['resume', folder, ...(json ? ['--json'] : [])];
    await setTimeout(RESTART_AFTER_MS);
  }
}

/** Exit code of a run that has lost a rank. */
const LOST = 5;
/** What the lost ranks held is let go by then. */
const RESTART_AFTER_MS = 1000;

function mpiFor(env: Cli['env']): FoundMpi {
  const [found] = findMpi(env);
  if (found !== undefined) return found;
  throw new DeepCoderError(
    'mpi-missing',
    'ranks: there is no mpirun with its library on the PATH; run deepcoder setup mpi, which needs no root, or set DEEPCODER_MPIRUN',
    { exitCode: 2 },
  );
}

function told(error: DeepCoderError, { folder }: RanksEnd, ranks: number): DeepCoderError {
  if (error.exitCode !== LOST || folder === null) return error;
  return new DeepCoderError(
    error.code,
    `${error.message}; the newest checkpoint is whole, go on with: deepcoder resume ${folder} --ranks ${ranks}`,
    { exitCode: LOST, cause: error },
  );
}
