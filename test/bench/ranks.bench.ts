import { testMpis } from '../scale/mpis.ts';
import { rankProgram, runRanks } from '../scale/runRanks.ts';
import { type Bench, type BenchRow, median, type SkippedRow } from './bench.ts';

export const rankBenches: Bench[] = [{ name: 'ranks', run: sums }];

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
