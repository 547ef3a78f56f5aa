/** Times the sum over ranks against the library's own all-reduce; rank 0 prints a line of JSON, in milliseconds. */
import { openMpi } from '../../../trainer/src/engine/collective/mpiCollective.ts';
import { openMpiLibrary } from '../../../trainer/src/engine/collective/mpiLibrary.ts';

const NUMBERS = 12_000_000;
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);

const library = await openMpiLibrary(process.env['DEEPCODER_MPI_LIBRARY']!);
const ranks = openMpi(library, null);
const { world, float, sum, inPlace } = library.handles;
const data = new Float32Array(NUMBERS).fill(1e-3);

async function timed(work: () => Promise<unknown>): Promise<number> {
  await ranks.barrier();
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const [own, theirs]: [number[], number[]] = [[], []];
for (let round = 0; round <= ROUNDS; round++) {
  const times = [
    await timed(() => ranks.allReduce(data)),
    await timed(() =>
      library.callAsync('MPI_Allreduce', inPlace, data, NUMBERS, float, sum, world),
    ),
  ] as const;
  data.fill(1e-3);
  // The first round touches memory for the first time.
  if (round === 0) continue;
  own.push(times[0]);
  theirs.push(times[1]);
}
if (ranks.rank === 0) process.stdout.write(`${JSON.stringify({ own, theirs })}\n`);
await ranks.close();
process.exit(0);
