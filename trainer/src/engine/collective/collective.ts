/** Numbers that are sent as they lie in memory; ranks run on machines of one byte order. */
export type Sendable = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A short message between two ranks that nobody waits for. */
export interface Posted {
  from: number;
  words: Int32Array;
}

/**
 * The ranks of a run, and what they do together. Every rank makes the same calls in the same order with the same
 * sizes; each call resolves when this rank's part is done. What is given belongs to the call until then.
 *
 * @throws DeepCoderError `rank-failed`, which names the call, the rank and its host
 */
export interface Collective {
  /** From 0; rank 0 writes what is to be written once. */
  readonly rank: number;
  readonly size: number;
  /** What carries it, for logs. */
  readonly description: string;
  /**
   * Adds up float32 arrays in place, so that every rank has the sum. Always in the order of ranks, `((g0 + g1) + g2)`:
   * the same ranks give the same bits from run to run, whichever library carries them.
   */
  allReduce(data: Float32Array): Promise<void>;
  /** The same, but each rank has only its own part of the sum: `counts[rank]` numbers behind those of lower ranks. */
  reduceScatter(data: Float32Array, counts: readonly number[]): Promise<void>;
  /** Fills in the parts of the others: each rank gives `counts[rank]` numbers, behind those of lower ranks. */
  allGather(data: Sendable, counts: readonly number[]): Promise<void>;
  /** What `root` has, to all, in place. */
  broadcast(data: Sendable, root: number): Promise<void>;
  send(data: Sendable, to: number): Promise<void>;
  receive(data: Sendable, from: number): Promise<void>;
  /** Resolves when every rank has called it. */
  barrier(): Promise<void>;
  /** Sends a few words without waiting; not where the last ones to this rank are still under way. */
  post(to: number, words: Int32Array): void;
  /** What has come by `post` since the last call. */
  posted(): Posted[];
  /** The last call of all ranks. */
  close(): Promise<void>;
  /** Ends this process at once, also while a call is blocked, where `process.exit` would wait for it. */
  exit(code: number): void;
}

/** `counts` for parts that are as equal as can be, the first ones one larger. */
export function evenCounts(total: number, ranks: number): number[] {
  const [least, more] = [Math.floor(total / ranks), total % ranks];
  return Array.from({ length: ranks }, (_, rank) => least + (rank < more ? 1 : 0));
}

/** Where each part begins. */
export function offsetsOf(counts: readonly number[]): number[] {
  let next = 0;
  return counts.map((count) => {
    const offset = next;
    next += count;
    return offset;
  });
}
