import type { Collective, Posted } from './collective.ts';
import type { MpiLibrary } from './mpiLibrary.ts';

/** Words per message. */
const POST_WORDS = 4;
const TAG = 11;

/**
 * Messages that nobody waits for, on a communicator of their own, so that they never mix with the collectives that are
 * blocked meanwhile. The calls take microseconds, so they are made on the event loop.
 */
export function mpiPosts(
  { call, handles }: MpiLibrary,
  size: number,
): Pick<Collective, 'post' | 'posted'> & { drain: () => void } {
  const own = new BigInt64Array(1);
  call('MPI_Comm_dup', handles.world, own);
  // MPICH writes 32 bits, and its handles may be negative.
  const comm = handles.world === 0x44000000 ? BigInt.asIntN(32, own[0]!) : own[0]!;
  call('MPI_Comm_set_errhandler', comm, handles.errorsReturn);
  const underWay = new Map<number, { words: Int32Array; request: BigInt64Array }>();
  const [flag, status] = [new Int32Array(1), new Int32Array(16)];

  function isSent(to: number): boolean {
    const sending = underWay.get(to);
    if (sending === undefined) return true;
    const code = call('MPI_Test', sending.request, flag, status);
    if (code === 0 && flag[0] === 0) return false;
    underWay.delete(to);
    return true;
  }

  function posted(): Posted[] {
    const found: Posted[] = [];
    for (;;) {
      flag[0] = 0;
      const code = call('MPI_Iprobe', handles.anySource, TAG, comm, flag, status);
      if (code !== 0 || flag[0] === 0) return found;
      const from = status[handles.statusSource]!;
      const words = new Int32Array(POST_WORDS);
      if (call('MPI_Recv', words, words.byteLength, handles.byte, from, TAG, comm, status) !== 0)
        return found;
      found.push({ from, words });
    }
  }

  return {
    post(to, words) {
      if (to >= size || !isSent(to)) return;
      const entry = {
        words: Int32Array.from({ length: POST_WORDS }, (_, i) => words[i] ?? 0),
        request: new BigInt64Array(1),
      };
      const { byteLength } = entry.words;
      const code = call(
        'MPI_Isend',
        entry.words,
        byteLength,
        handles.byte,
        to,
        TAG,
        comm,
        entry.request,
      );
      if (code === 0) underWay.set(to, entry);
    },
    posted,
    drain: () => void posted(),
  };
}
