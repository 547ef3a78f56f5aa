import { setTimeout } from 'node:timers/promises';
import { DeepCoderError } from '@deepcoder/config';
import { RANK_LOST } from '../engine/collective/mpiCalls.ts';
import { openRanks } from '../engine/collective/openRanks.ts';
import { rankEnvironment } from '../engine/collective/rankEnvironment.ts';
import { rankName, type Ranks } from '../engine/collective/ranks.ts';
import { startWatchdog } from '../engine/collective/watchdog.ts';
import { encodeNote, isLaunched } from '../launch/notes.ts';
import type { Cli } from './cli.ts';
import { type Failure, failureOf, formatFailure } from './failure.ts';

/** What a rank tells the others of its progress. */
export interface RankSession {
  ranks: Ranks;
  /** The step that it is at, for those who wait for it. */
  at: (step: number) => void;
}

/**
 * Does a command's work, as one of several ranks where a launcher has started this process so. Rank 0 speaks for all;
 * whichever rank fails ends the whole run, and says which one it is.
 */
export async function asRanks(
  cli: Cli,
  work: (cli: Cli, session?: RankSession) => Promise<void>,
): Promise<void> {
  const started = rankEnvironment(cli.env);
  if (started === null) return work(cli);
  const ranks = await openRanks(cli.env, started);
  const { collective } = ranks;
  const { rank } = collective;
  const launched = isLaunched(cli.env);
  cli.end.leave = (code) => collective.exit(code);
  cli.end.tell = (failure) => failureText(ranks, failure, launched);
  let step = 0;
  const stopWatching = startWatchdog(ranks, {
    timeoutMs: timeoutOf(cli.env),
    step: () => step,
    now: () => performance.now(),
    onLost: (lost) => {
      const failure = failureOf(lostError(ranks, lost), false);
      cli.stderr.write(failureText(ranks, failure, launched));
      collective.exit(RANK_LOST);
    },
  });
  const session: RankSession = { ranks, at: (reached) => (step = reached) };
  try {
    await work(rank === 0 ? cli : silentCli(cli), session);
  } catch (error) {
    // What is wrong for all, rank 0 says, and its end is theirs.
    if (rank > 0) await setTimeout(AFTER_FIRST_MS);
    throw error;
  }
  // The last thing that rank 0 prints comes before this: launchers lose what comes after it.
  await collective.close();
  stopWatching();
  delete cli.end.leave;
}

const AFTER_FIRST_MS = 1500;

function silentCli(cli: Cli): Cli {
  return {
    ...cli,
    stdout: { write: () => true },
    interrupt: () => cli.interrupt(() => undefined),
  };
}

function failureText(ranks: Ranks, failure: Failure, launched: boolean): string {
  const { rank } = ranks.collective;
  const name = rankName(ranks, rank);
  const isNamed = rank === 0 || failure.message.startsWith(name);
  const named = isNamed ? failure : { ...failure, message: `${name}: ${failure.message}` };
  return launched ? encodeNote({ failure: named }) : formatFailure(named, false);
}

function lostError(
  ranks: Ranks,
  { rank, silentMs, step }: { rank: number; silentMs: number; step: number },
): DeepCoderError {
  const { pid } = ranks.members[rank]!;
  return new DeepCoderError(
    'rank-lost',
    `${rankName(ranks, rank)} (process ${pid}) has given no sign of life for ${Math.round(silentMs / 1000)} s; it was at step ${step}. Its host or the network between may be gone; the newest checkpoint is whole: deepcoder resume goes on from it`,
    { exitCode: RANK_LOST },
  );
}

function timeoutOf(env: Cli['env']): number {
  const seconds = Number(env['DEEPCODER_RANK_TIMEOUT'] ?? '');
  return seconds > 0 ? seconds * 1000 : 45_000;
}
