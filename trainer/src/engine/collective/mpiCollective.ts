import { DeepCoderError } from '@deepcoder/config';
import { type Collective, evenCounts, type Sendable } from './collective.ts';
import { mpiCalls } from './mpiCalls.ts';
import type { MpiLibrary } from './mpiLibrary.ts';
import { mpiPosts } from './mpiPosts.ts';
import { mpiSum } from './mpiSum.ts';

/** Numbers that are reduced at a time: what is received meanwhile takes as much memory once more. */
const CHUNK = 1 << 24;
/** MPI counts in 32 bits. */
const MOST_BYTES = 1 << 30;
const TAG = 7;

/**
 * Starts MPI in this process. One call is blocked at a time, on a thread of libuv's pool, and calls come in the order
 * in which they were asked for.
 *
 * @param expectedRanks how many the launcher says that it started; null where it says nothing
 * @throws DeepCoderError where MPI sees other ranks, or cannot be called from several threads
 */
export function openMpi(library: MpiLibrary, expectedRanks: number | null): Collective {
  start(library);
  const calls = mpiCalls(library);
  const { rank, size, now, later } = calls;
  refuseStrangers(library, { size, expectedRanks });
  const { world, byte } = library.handles;
  const { scatterSum, gather } = mpiSum(calls);
  const posts = mpiPosts(library, size);
  let last: Promise<unknown> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  function inPieces(data: Sendable, work: (piece: Uint8Array) => Promise<void>): Promise<void> {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return inTurn(async () => {
      for (let at = 0; at < bytes.length; at += MOST_BYTES)
        await work(bytes.subarray(at, at + MOST_BYTES));
    });
  }

  return {
    rank,
    size,
    description: `${library.version} (${library.abi})`,
    allReduce: (data) =>
      inTurn(async () => {
        for (let at = 0; at < data.length; at += CHUNK) {
          const chunk = data.subarray(at, at + CHUNK);
          const counts = evenCounts(chunk.length, size);
          await scatterSum(chunk, counts);
          await gather(chunk, counts);
        }
      }),
    reduceScatter: (data, counts) => inTurn(() => scatterSum(data, counts)),
    allGather: (data, counts) => inTurn(() => gather(data, counts)),
    broadcast: (data, root) =>
      inPieces(data, (piece) => later('MPI_Bcast', piece, piece.length, byte, root, world)),
    send: (data, to) =>
      inPieces(data, (piece) => later('MPI_Send', piece, piece.length, byte, to, TAG, world)),
    receive: (data, from) =>
      inPieces(data, (piece) => {
        const status = new Int32Array(16);
        return later('MPI_Recv', piece, piece.length, byte, from, TAG, world, status);
      }),
    barrier: () => inTurn(() => later('MPI_Barrier', world)),
    post: posts.post,
    posted: posts.posted,
    close: () =>
      inTurn(async () => {
        await later('MPI_Barrier', world);
        posts.posted();
        now('MPI_Finalize');
      }),
    exit: library.exitNow,
  };
}

/** Errors come back as codes from then on; MPI would end the process otherwise. */
function start({ call, handles, version }: MpiLibrary): void {
  const provided = new Int32Array(1);
  if (call('MPI_Init_thread', 0, 0, handles.threadMultiple, provided) !== 0)
    throw mpiError('mpi-start', `${version} does not start`);
  if (provided[0]! < handles.threadMultiple) {
    throw mpiError(
      'mpi-threads',
      `${version} was built without MPI_THREAD_MULTIPLE; take another MPI, or run deepcoder setup mpi`,
    );
  }
  call('MPI_Comm_set_errhandler', handles.world, handles.errorsReturn);
}

/** Programs that each believe to be alone would train several runs. */
function refuseStrangers(
  { version, abi, file }: MpiLibrary,
  { size, expectedRanks }: { size: number; expectedRanks: number | null },
): void {
  if (expectedRanks === null || expectedRanks === size) return;
  throw mpiError(
    'mpi-ranks',
    `the launcher started ${expectedRanks}, and ${version} (${abi}, ${file}) sees ${size}; both have to be of one MPI: set DEEPCODER_MPI_LIBRARY to the launcher's library, or give srun --mpi=pmi2 (MPICH) or --mpi=pmix (Open MPI)`,
  );
}

function mpiError(code: string, message: string): DeepCoderError {
  return new DeepCoderError(code, `ranks: ${message}`, { exitCode: 2 });
}
