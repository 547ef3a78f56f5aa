import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Collective, Posted } from '../../../../trainer/src/engine/collective/collective.ts';
import { ALONE } from '../../../../trainer/src/engine/collective/alone.ts';
import { rankEnvironment } from '../../../../trainer/src/engine/collective/rankEnvironment.ts';
import { startWatchdog } from '../../../../trainer/src/engine/collective/watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What one rank hears is what a test says that the others post. */
function watched(rank: number, size: number, heard: () => Posted[], skew: () => number = () => 0) {
  const sent: [number, number][] = [];
  const lost: object[] = [];
  const collective: Collective = {
    ...ALONE,
    rank,
    size,
    post: (to, words) => void sent.push([to, words[0]!]),
    posted: heard,
  };
  const now = (): number => vi.getMockedSystemTime()!.getTime() + skew();
  const stop = startWatchdog(
    { collective },
    { timeoutMs: 10_000, step: () => 7, now, onLost: (one) => lost.push(one) },
  );
  return { sent, lost, stop };
}

const from = (rank: number, step: number): Posted => ({ from: rank, words: Int32Array.of(step) });

describe('the watchdog of a rank', () => {
  test('rank 0 hears all, and names the one that has gone silent', () => {
    let isThere = true;
    const { sent, lost, stop } = watched(0, 3, () => [
      from(1, 5),
      ...(isThere ? [from(2, 4)] : []),
    ]);
    vi.advanceTimersByTime(60_000);
    expect(lost).toEqual([]);
    expect(sent.slice(0, 2)).toEqual([
      [1, 7],
      [2, 7],
    ]);
    isThere = false;
    vi.advanceTimersByTime(9000);
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(lost).toEqual([{ rank: 2, silentMs: 10_000, step: 4 }]);
    vi.advanceTimersByTime(60_000);
    expect(lost).toHaveLength(1);
    stop();
  });

  test('the others listen to rank 0 only', () => {
    const { sent, lost } = watched(2, 3, () => []);
    vi.advanceTimersByTime(11_000);
    expect(new Set(sent.map(([to]) => to))).toEqual(new Set([0]));
    expect(lost).toEqual([{ rank: 0, silentMs: 10_000, step: 0 }]);
  });

  test('a rank that was stopped itself counts anew', () => {
    let skew = 0;
    const { lost } = watched(
      1,
      2,
      () => [],
      () => skew,
    );
    vi.advanceTimersByTime(5000);
    skew = 60_000;
    vi.advanceTimersByTime(8000);
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(4000);
    expect(lost).toHaveLength(1);
  });
});

test.each([
  [{}, null],
  [{ PMI_SIZE: '1' }, null],
  [{ PMI_SIZE: '4' }, { ranks: 4, launcher: 'mpirun of MPICH' }],
  [{ OMPI_COMM_WORLD_SIZE: '2' }, { ranks: 2, launcher: 'mpirun of Open MPI' }],
  [
    { DEEPCODER_RANKS: '2', PMI_SIZE: '2' },
    { ranks: 2, launcher: 'deepcoder' },
  ],
  // A batch script's own shell has the job's variables, and is no rank.
  [{ SLURM_NTASKS: '8', SLURM_PROCID: '0' }, null],
  [
    { SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '8' },
    { ranks: 8, launcher: 'srun' },
  ],
])('environment %j', (env, expected) => {
  expect(rankEnvironment(env)).toEqual(expected);
});
