/** Arrays that are sent as raw memory; all ranks must have the same byte order. */
export type Sendable = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A short, non-blocking message between two ranks. */
export interface Posted {
  from: number;
  words: Int32Array;
}

/**
 * Collective operations of a run. Every rank must make the same calls in the same order with the same sizes.
 * Each call resolves when this rank's part is done; until then the buffers must not be touched.
 *
 * @throws DeepCoderError `rank-failed`, which names the call, the rank and its host
 */
export interface Collective {
  /** Zero-based; rank 0 does all writes that must happen only once. */
  readonly rank: number;
  readonly size: number;
  /** Describes the transport, for logs. */
  readonly description: string;
  /**
   * Sums float32 arrays in place on every rank. Always adds in rank order, `((g0 + g1) + g2)`, so the result is
   * bitwise reproducible for a given number of ranks, whichever MPI library is used.
   */
  allReduce(data: Float32Array): Promise<void>;
  /** Like `allReduce`, but each rank gets only its part: `counts[rank]` numbers, after those of lower ranks. */
  reduceScatter(data: Float32Array, counts: readonly number[]): Promise<void>;
  /** Gathers all parts in place: each rank contributes `counts[rank]` numbers, after those of lower ranks. */
  allGather(data: Sendable, counts: readonly number[]): Promise<void>;
  /** Copies the data of `root` to all ranks, in place. */
  broadcast(data: Sendable, root: number): Promise<void>;
  send(data: Sendable, to: number): Promise<void>;
  receive(data: Sendable, from: number): Promise<void>;
  /** Resolves when every rank has called it. */
  barrier(): Promise<void>;
  /** Sends a few words without blocking; skipped while the previous message to that rank is still in flight. */
  post(to: number, words: Int32Array): void;
  /** Returns the messages received since the last call. */
  posted(): Posted[];
  /** The last call of all ranks. */
  close(): Promise<void>;
  /** Ends this process at once, also while a call is blocked, where `process.exit` would wait for it. */
  exit(code: number): void;
}

/** Splits `total` as evenly as possible; the first parts are larger by one. */
export function evenCounts(total: number, ranks: number): number[] {
  const [least, more] = [Math.floor(total / ranks), total % ranks];
  return Array.from({ length: ranks }, (_, rank) => least + (rank < more ? 1 : 0));
}

/** Start offset of each part. */
export function offsetsOf(counts: readonly number[]): number[] {
  let next = 0;
  return counts.map((count) => {
    const offset = next;
    next += count;
    return offset;
  });
}
