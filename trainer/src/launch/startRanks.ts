import { spawn } from 'node:child_process';
import { DeepCoderError, type ExitCode } from '@deepcoder/config';
import type { Member } from '../engine/collective/ranks.ts';
import { explainEnd } from './explainEnd.ts';
import type { ProgramCommand } from './mpirunCommand.ts';
import { decodeNote, type Note } from './notes.ts';

export interface StartOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: { write: (text: string) => unknown };
  stderr: { write: (text: string) => unknown };
  /** Asks for an orderly end. */
  signal: AbortSignal;
}

/** How ranks have ended: as they were to, or the error of the one that ended them all. */
export interface RanksEnd {
  folder: string | null;
  end: 'finished' | 'stopped' | null;
  error: DeepCoderError | null;
}

/**
 * Runs a launcher to its end. Whether training has ended well is what rank 0 has said, not the launcher's exit code:
 * there are launchers that give 0 after they have lost a host.
 */
export async function startRanks(
  { command, args, env }: ProgramCommand,
  { cwd, env: own, stdout, stderr, signal }: StartOptions,
): Promise<RanksEnd> {
  // A group of its own: Ctrl-C in the terminal would reach the ranks behind the launcher's back.
  const child = spawn(command, args, {
    ...{ cwd, detached: true },
    env: { ...own, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const told: Note = {};
  const take = (line: string): void => {
    const note = decodeNote(line);
    if (note === null) {
      said.push(line);
      return;
    }
    // The first failure is the one to tell.
    Object.assign(told, { ...note, failure: told.failure ?? note.failure });
  };
  eachLine(child.stderr, take);
  // Hydra says there, behind all that ranks have said, which of them has died.
  let isBanner = false;
  eachLine(child.stdout, (line) => {
    isBanner ||= /^=+$/.test(line);
    if (isBanner) said.push(line);
    else stdout.write(`${line}\n`);
  });
  // Launchers pass this one on to every rank, which ends with a checkpoint; others they end themselves.
  const stop = (): void => void child.kill('SIGUSR1');
  signal.addEventListener('abort', stop);
  // The second Ctrl-C ends this process at once; what it started goes with it.
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    signal.removeEventListener('abort', stop);
    process.removeListener('exit', kill);
  });
  const { run = { folder: null, members: [] }, failure, end = null } = told;
  const { folder, members } = run;
  if (end !== null) return { folder, end, error: null };
  const text = said.join('\n');
  if (failure === undefined && folder === null) stderr.write(`${text}\n`);
  return { folder, end, error: errorOf({ failure, text, members, code }) };
}

function errorOf({
  failure,
  text,
  members,
  code,
}: {
  failure: Note['failure'];
  text: string;
  members: readonly Member[];
  code: number | null;
}): DeepCoderError {
  if (failure !== undefined) {
    const exitCode = failure.exitCode as ExitCode;
    return new DeepCoderError(failure.code, failure.message, { exitCode });
  }
  const culprit = explainEnd(text, members);
  if (culprit === null) {
    const message = `the ranks ended without a word (the launcher's exit code is ${code ?? 'unknown'})`;
    return new DeepCoderError('ranks-ended', message, { exitCode: 5 });
  }
  const { rank, host, pid, how } = culprit;
  const who = rank === null ? `a rank on ${host}` : `rank ${rank} on ${host}`;
  const process = pid === null ? '' : ` (process ${pid})`;
  return new DeepCoderError('rank-lost', `${who}${process} ${how}`, { exitCode: 5 });
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
