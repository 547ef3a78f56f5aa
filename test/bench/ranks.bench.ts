import { rmSync } from 'node:fs';
import { checkPlan } from '../scale/planChecks.ts';
import { testMpis } from '../scale/mpis.ts';
import { rankProgram, runRanks } from '../scale/runRanks.ts';
import { workshop } from '../support/workshop.ts';
import { type Bench, type BenchRow, median, type SkippedRow } from './bench.ts';

export const rankBenches: Bench[] = [
  { name: 'ranks', run: sums },
  { name: 'plan', run: plans },
];

/** Measured time of a step with 1, 2 and 4 ranks against what `deepcoder plan` predicts from one. */
async function plans(): Promise<(BenchRow | SkippedRow)[]> {
  const { mpi, reason } = (await testMpis())[0]!;
  const title = (ranks: number | string): string => `plan: a step with ${ranks} ranks`;
  if (mpi === null) return [{ name: title('several'), skipped: reason }];
  const folder = await workshop();
  try {
    const checks = await checkPlan(folder, mpi);
    return checks.map(({ ranks, predicted, seen }) => ({
      ...{ name: title(ranks), value: seen, unit: 'ms' },
      ...{ peer: { name: 'predicted', value: predicted }, ratio: predicted / seen },
      ...{ atLeast: 0.8, atMost: 1.2 },
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 48 MB of gradients over two ranks of this machine, in the fixed order and in the library's. */
async function sums({ rounds }: { rounds: number }): Promise<(BenchRow | SkippedRow)[]> {
  const program = await rankProgram('sums');
  const rows: (BenchRow | SkippedRow)[] = [];
  for (const { name, mpi, reason } of await testMpis()) {
    if (name === 'mpich, its own ABI') continue;
    const title = `ranks: 48 MB of gradients added up by two, over ${name}`;
    if (mpi === null) {
      rows.push({ name: title, skipped: reason });
      continue;
    }
    const { stdout } = await runRanks(mpi, 2, [process.execPath, program], {
      ROUNDS: String(rounds),
    });
    const times = JSON.parse(stdout) as { own: number[]; theirs: number[] };
    const [own, theirs] = [median(times.own), median(times.theirs)];
    const peer = { name: 'its own all-reduce', value: theirs };
    rows.push({ name: title, value: own, unit: 'ms', peer, ratio: theirs / own, atLeast: 0.65 });
  }
  return rows;
}
