import type { CompiledProgram, DeviceTensors, Executor } from '../engine/program.ts';
import { zeros } from '../engine/program.ts';
import { cacheSpecs, type DecodeModel, decodeProgram } from './decodeProgram.ts';

interface Feed {
  row: number;
  ids: readonly number[];
}

/** Several sequences that are decoded together, each with its own length. */
export interface CachedDecoder {
  /** Appends tokens to rows; afterwards `logits` speaks of what follows them. */
  feed(feeds: readonly Feed[]): Promise<void>;
  /** Logits after a row's last token, `[V]`; valid until the next `feed`. */
  logits(row: number): Float32Array;
  length(row: number): number;
  /** Forgets what came after a row was this many tokens long; its logits are gone until it is fed again. */
  rewind(row: number, length: number): void;
  /** How many tokens a row can hold. */
  readonly context: number;
  dispose(): Promise<void>;
}

export interface DecoderOptions {
  executor: Executor;
  decode: DecodeModel;
  /** The parameters that live with the executor, and the frozen ones. */
  parameters: DeviceTensors;
  frozen: DeviceTensors;
  rows: number;
  context: number;
  cacheKey?: string;
}

/** Chunk sizes a program is made for: single tokens, and longer texts in few runs. */
const CHUNKS = [1, 16, 64];
/** The cache begins at this many tokens a row and doubles when one of them needs more. */
const FIRST_CONTEXT = 128;

/** A decoder with a key-value cache that grows as rows do. */
export function cachedDecoder(options: DecoderOptions): CachedDecoder {
  const { executor, decode, rows, context } = options;
  const { model } = decode;
  const lengths = new Array<number>(rows).fill(0);
  const rowLogits = new Array<Float32Array | null>(rows).fill(null);
  const programs = new Map<string, CompiledProgram>();
  let size = Math.min(FIRST_CONTEXT, context);
  let cache = emptyCache(options, size);

  async function programFor(chunk: number): Promise<CompiledProgram> {
    const key = `${chunk}/${size}`;
    const known = programs.get(key);
    if (known !== undefined) return known;
    const program = decodeProgram(decode, { rows, chunk, context: size });
    const cacheKey = options.cacheKey;
    const made = await executor.compile(
      program,
      options.frozen,
      cacheKey === undefined ? {} : { cacheKey },
    );
    programs.set(key, made);
    return made;
  }

  async function grow(needed: number): Promise<void> {
    let next = size;
    while (next < needed) next = Math.min(context, next * 2);
    if (next === size) return;
    const larger = emptyCache(options, next);
    for (const [name, tensor] of Object.entries(cache)) {
      const copied = widen(await tensor.read(), tensor.shape, next + 1);
      larger[name]!.write(copied);
      tensor.dispose();
    }
    cache = larger;
    size = next;
  }

  async function run(chunk: number, pending: Map<number, readonly number[]>): Promise<void> {
    const program = await programFor(chunk);
    const inputs = chunkInputs(pending, { rows, chunk, padding: size, lengths });
    const state = { ...options.parameters, ...cache };
    const { logits } = await program.run(state, inputs);
    for (const [row, tokens] of pending) {
      const count = Math.min(chunk, tokens.length);
      lengths[row]! += count;
      const at = row * model.vocabSize;
      rowLogits[row] = (logits as Float32Array).subarray(at, at + model.vocabSize);
      if (count === tokens.length) pending.delete(row);
      else pending.set(row, tokens.slice(count));
    }
  }

  return {
    context,
    length: (row) => lengths[row]!,
    logits: (row) => {
      const logits = rowLogits[row];
      if (!logits) throw new Error(`row ${row} has no tokens yet`);
      return logits;
    },
    rewind(row, length) {
      lengths[row] = Math.min(lengths[row]!, length);
      rowLogits[row] = null;
    },
    async feed(feeds) {
      const pending = new Map(
        feeds.filter(({ ids }) => ids.length > 0).map(({ row, ids }) => [row, ids]),
      );
      const longest = Math.max(0, ...[...pending].map(([row, ids]) => lengths[row]! + ids.length));
      if (longest > context) throw new ContextFullError(longest, context);
      await grow(longest);
      while (pending.size > 0) {
        const most = Math.max(...[...pending.values()].map((ids) => ids.length));
        await run(CHUNKS.find((chunk) => chunk >= most) ?? CHUNKS.at(-1)!, pending);
      }
    },
    async dispose() {
      for (const program of programs.values()) await program.dispose();
      for (const tensor of Object.values(cache)) tensor.dispose();
    },
  };
}

/** The next tokens of each row; slots without one have the padding's position. */
function chunkInputs(
  pending: ReadonlyMap<number, readonly number[]>,
  {
    rows,
    chunk,
    padding,
    lengths,
  }: Record<'rows' | 'chunk' | 'padding', number> & {
    lengths: readonly number[];
  },
): Record<'ids' | 'positions' | 'last', Int32Array> {
  const ids = new Int32Array(rows * chunk);
  const positions = new Int32Array(rows * chunk).fill(padding);
  const last = new Int32Array(rows);
  for (const [row, tokens] of pending) {
    const count = Math.min(chunk, tokens.length);
    for (let t = 0; t < count; t++) {
      ids[row * chunk + t] = tokens[t]!;
      positions[row * chunk + t] = lengths[row]! + t;
    }
    last[row] = count - 1;
  }
  return { ids, positions, last };
}

/** More tokens than the decoder's context holds. */
class ContextFullError extends Error {
  constructor(needed: number, context: number) {
    super(`${needed} tokens do not fit the context of ${context} tokens`);
  }
}

function emptyCache({ executor, decode, rows }: DecoderOptions, context: number): DeviceTensors {
  const specs = cacheSpecs(decode.model, { rows, context });
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, executor.tensor(zeros(spec))]),
  );
}

/** `[B, G, old, K]` copied into `[B, G, wanted, K]`. */
function widen(data: ArrayLike<number>, shape: readonly number[], wanted: number): Float32Array {
  const [rows, heads, old, width] = shape as [number, number, number, number];
  const source = data as Float32Array;
  const wide = new Float32Array(rows * heads * wanted * width);
  for (let block = 0; block < rows * heads; block++) {
    // The last slot holds what padding wrote.
    const kept = source.subarray(block * old * width, ((block + 1) * old - 1) * width);
    wide.set(kept, block * wanted * width);
  }
  return wide;
}
