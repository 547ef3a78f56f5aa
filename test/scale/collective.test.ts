import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { testMpis } from './mpis.ts';
import { rankProgram, runRanks } from './runRanks.ts';

interface Report {
  rank: number;
  size: number;
  abi: string;
  hash: string;
  faults: string[];
}

const mpis = await testMpis();
const ABIS = { mpich: 'mpi-5', openmpi: 'openmpi', 'mpich, its own ABI': 'mpich' };
let program = '';
beforeAll(async () => {
  program = await rankProgram('collectives');
});

const HAS_STRACE = spawnSync('strace', ['-V']).status === 0;
const PAGE = 4096;

const hashes = new Map<number, Set<string>>();

describe.each(mpis)('collectives over $name', ({ name, mpi }) => {
  test.skipIf(mpi === null).each([1, 2, 3, 4])('%i ranks', async (ranks) => {
    const { code, stdout, stderr } = await runRanks(mpi!, ranks, [process.execPath, program]);
    const reports = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Report);
    expect({ code, stderr, faults: reports.flatMap(({ faults }) => faults) }).toEqual({
      ...{ code: 0, stderr: '', faults: [] },
    });
    expect(reports.map(({ rank }) => rank).sort()).toEqual([...Array(ranks).keys()]);
    expect(new Set(reports.map(({ abi }) => abi))).toEqual(new Set([ABIS[name]]));
    const known = hashes.get(ranks) ?? new Set();
    hashes.set(ranks, known);
    for (const { hash } of reports) known.add(hash);
  });

  test.skipIf(mpi === null || !HAS_STRACE)('the heap is left to its allocator', async () => {
    const traced = ['strace', '-f', '-qq', '-e', 'trace=brk', process.execPath, program];
    const { code, stderr } = await runRanks(mpi!, 1, traced);
    const ends = [...stderr.matchAll(/brk\(0x[0-9a-f]+\) += (0x[0-9a-f]+)/g)].map(([, end]) =>
      Number(end),
    );
    const testedAt = ends.filter((end, i) => ends[i - 1] === end + PAGE && ends[i - 2] === end);
    expect({ code, testedAt }).toEqual({ code: 0, testedAt: [] });
    expect(ends.length).toBeGreaterThan(1);
  });

  test.skipIf(mpi === null)('other ranks than the launcher started are refused', async () => {
    const { code, stdout } = await runRanks(mpi!, 1, [process.execPath, program], {
      EXPECTED: '2',
    });
    expect(code).toBe(2);
    expect(stdout).toContain('the launcher started 2');
  });
});

test.skipIf(mpis.every(({ mpi }) => mpi === null))(
  'sums have the same bits in every library',
  () => {
    for (const [ranks, found] of hashes)
      expect({ ranks, sums: found.size }).toEqual({ ranks, sums: 1 });
  },
);
