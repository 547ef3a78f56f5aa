import { offsetsOf, type Sendable } from './collective.ts';
import type { MpiCalls } from './mpiCalls.ts';

/** Below this size a thread costs more than the addition itself. */
const SMALL = 1 << 14;

/** A sum over ranks in their order, and what puts its parts together; `counts` are numbers per rank. */
export interface MpiSum {
  scatterSum: (data: Float32Array, counts: readonly number[]) => Promise<void>;
  gather: (data: Sendable, counts: readonly number[]) => Promise<void>;
}

/**
 * Everybody sends every part to its owner, who adds them in the order of ranks. It costs what a library's own
 * reduce-scatter does, whose order is the library's secret and changes with sizes and transports.
 */
export function mpiSum({ library, rank, size, now, later }: MpiCalls): MpiSum {
  const { world, byte, float, sum, inPlace } = library.handles;
  let received = new Float32Array(0);
  return {
    async scatterSum(data, counts) {
      const own = counts[rank]!;
      if (received.length < own * size) received = new Float32Array(own * size);
      const [toEach, fromEach] = [Int32Array.from(counts), Int32Array.from(counts, () => own)];
      const [starts, places] = [offsetsOf(counts), offsetsOf([...fromEach])].map((offsets) =>
        Int32Array.from(offsets),
      ) as [Int32Array, Int32Array];
      const [sent, taken] = [
        [data, toEach, starts, float] as const,
        [received, fromEach, places, float] as const,
      ];
      await later('MPI_Alltoallv', ...sent, ...taken, world);
      const total = received.subarray(0, own);
      const isSmall = own < SMALL;
      for (let other = 1; other < size; other++) {
        const part = received.subarray(other * own, (other + 1) * own);
        const added = [part, total, own, float, sum] as const;
        if (isSmall) now('MPI_Reduce_local', ...added);
        else await later('MPI_Reduce_local', ...added);
      }
      data.set(total, starts[rank]);
    },
    async gather(data, counts) {
      const bytes = counts.map((count) => count * data.BYTES_PER_ELEMENT);
      const [sizes, starts] = [Int32Array.from(bytes), Int32Array.from(offsetsOf(bytes))];
      await later('MPI_Allgatherv', inPlace, 0, byte, data, sizes, starts, byte, world);
    },
  };
}
