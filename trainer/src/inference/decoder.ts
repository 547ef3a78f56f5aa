import type { CompiledProgram, DeviceTensors, Executor } from '../engine/program.ts';
import { zeros } from '../engine/program.ts';
import {
  cacheSpecs,
  type DecodeModel,
  type DecodeOptions,
  decodeProgram,
  type DecodeShape,
} from './decodeProgram.ts';
import { argMax } from './sample.ts';

interface Feed {
  row: number;
  ids: readonly number[];
}

/** Features of pictures. */
interface ShownFeatures {
  /** By the place of a token in its row: the row of `featuresFD` that it stands for, else -1. */
  rows: Int32Array;
  /** `[F, D]` */
  featuresFD: Float32Array;
}

/** Several sequences that are decoded together, each with its own length. */
export interface CachedDecoder {
  /** Appends tokens to rows; afterwards `logits` speaks of what follows them. */
  feed(feeds: readonly Feed[]): Promise<void>;
  /** Tells a row, before it is fed, which of its tokens stand for features of pictures. */
  show(row: number, shown: ShownFeatures): void;
  /**
   * Appends to each row as many of the tokens as it would itself have said, always taking the likeliest;
   * answers how many those are. One run for many tokens, where generating takes a run for each.
   */
  feedLikeliest(feeds: readonly Feed[]): Promise<Map<number, number>>;
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
  /** Breaks off what is fed; rows are of no use afterwards. */
  signal?: AbortSignal | undefined;
}

/** Chunk sizes a program is made for: single tokens, and longer texts in few runs. */
const CHUNKS = [1, 16, 32, 64];
/** Tokens a row that the cache may have room for; above these, powers of two. */
const CONTEXTS = [128, 256, 384, 512, 768, 1024];

/** The smallest size of the cache that holds so many tokens a row. */
function roomFor(tokens: number): number {
  return CONTEXTS.find((size) => size >= tokens) ?? 2 ** Math.ceil(Math.log2(tokens));
}

/** A decoder with a key-value cache that grows as rows do. */
export function cachedDecoder(options: DecoderOptions): CachedDecoder {
  const { rows, context } = options;
  const { vocabSize, hiddenSize: width } = options.decode.model;
  const lengths = new Array<number>(rows).fill(0);
  const rowLogits = new Array<Float32Array | null>(rows).fill(null);
  const shown = new Map<number, ShownFeatures>();
  const programFor = decodePrograms(options);
  let size = Math.min(CONTEXTS[0]!, context);
  let cache = emptyCache(options, size);

  /** The cache is as large as the longest row wants it, for every run takes as long as it is large. */
  async function makeRoom(needed: number): Promise<void> {
    const wanted = Math.min(context, roomFor(needed));
    if (wanted === size) return;
    size = wanted;
    cache = await resized(options, cache, size);
  }

  /** Feeds what is pending, at most a chunk of each row; gives what the program said beside the logits. */
  async function run(
    pending: Map<number, readonly number[]>,
    { likeliest }: DecodeOptions,
  ): Promise<{ chunk: number; next: Int32Array | null }> {
    const most = largest([...pending.values()].map((ids) => ids.length));
    const chunk = CHUNKS.find((one) => one >= most) ?? CHUNKS.at(-1)!;
    const sizes = { rows, chunk, padding: size, lengths, width };
    const { inputs, sees } = inputsOf(pending, shown, sizes);
    const program = await programFor({ chunk, context: size }, { likeliest, sees });
    const { logits, next } = await program.run({ ...options.parameters, ...cache }, inputs, {
      signal: options.signal,
    });
    for (const [row, tokens] of pending) {
      const count = Math.min(chunk, tokens.length);
      lengths[row]! += count;
      const at = row * vocabSize;
      rowLogits[row] = (logits as Float32Array).subarray(at, at + vocabSize);
      if (count === tokens.length) pending.delete(row);
      else pending.set(row, tokens.slice(count));
    }
    return { chunk, next: (next as Int32Array | undefined) ?? null };
  }

  async function pendingOf(feeds: readonly Feed[]): Promise<Map<number, readonly number[]>> {
    const filled = feeds.filter(({ ids }) => ids.length > 0);
    const after = lengths.slice();
    for (const { row, ids } of filled) after[row]! += ids.length;
    const longest = largest(after);
    if (longest > context) throw new ContextFullError(longest, context);
    await makeRoom(longest);
    return new Map(filled.map(({ row, ids }) => [row, ids]));
  }

  async function feed(feeds: readonly Feed[]): Promise<void> {
    const pending = await pendingOf(feeds);
    while (pending.size > 0) await run(pending, { likeliest: false });
  }

  function logits(row: number): Float32Array {
    const known = rowLogits[row];
    if (!known) throw new Error(`row ${row} has no tokens yet`);
    return known;
  }

  function rewind(row: number, length: number): void {
    lengths[row] = Math.min(lengths[row]!, length);
    rowLogits[row] = null;
  }

  return {
    context,
    length: (row) => lengths[row]!,
    logits,
    rewind,
    feed,
    show: (row, features) => void shown.set(row, features),
    feedLikeliest: (feeds) =>
      feedLikeliest(feeds, {
        lengths,
        logits,
        rewind,
        feed,
        run: async (parts) => run(await pendingOf(parts), { likeliest: true }),
      }),
    async dispose() {
      await programFor.dispose();
      for (const tensor of Object.values(cache)) tensor.dispose();
    },
  };
}

interface Rows {
  lengths: readonly number[];
  logits: (row: number) => Float32Array;
  rewind: (row: number, length: number) => void;
  feed: (feeds: readonly Feed[]) => Promise<void>;
  /** Feeds at most one chunk a row and says what is the likeliest token after each token, `[B, chunk]`. */
  run: (feeds: readonly Feed[]) => Promise<{ chunk: number; next: Int32Array | null }>;
}

/** `CachedDecoder.feedLikeliest`. */
async function feedLikeliest(
  feeds: readonly Feed[],
  { lengths, logits, rewind, feed, run }: Rows,
): Promise<Map<number, number>> {
  const accepted = new Map(feeds.map(({ row }) => [row, 0]));
  const again: Feed[] = [];
  let open = feeds.filter(({ row, ids }) => ids.length > 0 && argMax(logits(row)) === ids[0]);
  while (open.length > 0) {
    const parts = open.map(({ row, ids }) => ({ row, ids: ids.slice(0, CHUNKS.at(-1)) }));
    const { chunk, next } = await run(parts);
    open = open.flatMap(({ row, ids }, index) => {
      const said = next!.subarray(row * chunk, (row + 1) * chunk);
      const part = parts[index]!.ids;
      const count = 1 + leadingMatches(part.slice(1), said);
      accepted.set(row, accepted.get(row)! + count);
      if (count < part.length) {
        // The token before the first that differs is fed once more, for the logits after it.
        rewind(row, lengths[row]! - part.length + count - 1);
        again.push({ row, ids: [part[count - 1]!] });
        return [];
      }
      const rest = ids.slice(count);
      return rest.length > 0 && argMax(logits(row)) === rest[0] ? [{ row, ids: rest }] : [];
    });
  }
  await feed(again);
  return accepted;
}

interface DecodePrograms {
  (shape: Omit<DecodeShape, 'rows'>, options: DecodeOptions): Promise<CompiledProgram>;
  dispose: () => Promise<void>;
}

/** Programs for each shape, compiled when they are first wanted. */
function decodePrograms({
  executor,
  decode,
  frozen,
  rows,
  cacheKey,
}: DecoderOptions): DecodePrograms {
  const known = new Map<string, CompiledProgram>();
  const programFor = async (
    { chunk, context }: Omit<DecodeShape, 'rows'>,
    options: DecodeOptions,
  ): Promise<CompiledProgram> => {
    const key = JSON.stringify([chunk, context, options]);
    const program =
      known.get(key) ??
      (await executor.compile(
        decodeProgram(decode, { rows, chunk, context }, options),
        frozen,
        cacheKey === undefined ? {} : { cacheKey },
      ));
    known.set(key, program);
    return program;
  };
  const dispose = async (): Promise<void> => {
    for (const program of known.values()) await program.dispose();
  };
  return Object.assign(programFor, { dispose });
}

/** How many of the tokens are what was said in their places, counted until the first that is not. */
function leadingMatches(tokens: readonly number[], said: Int32Array): number {
  const differs = tokens.findIndex((token, index) => token !== said[index]);
  return differs < 0 ? tokens.length : differs;
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

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, one) => Math.max(most, one), -Infinity);
}

interface ChunkSizes extends Record<'rows' | 'chunk' | 'padding' | 'width', number> {
  lengths: readonly number[];
}

/** What a program is given of the next tokens, and whether some of them stand for pictures. */
function inputsOf(
  pending: ReadonlyMap<number, readonly number[]>,
  shown: ReadonlyMap<number, ShownFeatures>,
  sizes: ChunkSizes,
): { inputs: Record<string, Int32Array | Float32Array>; sees: boolean } {
  const seen = shownInputs(pending, shown, sizes);
  return { inputs: { ...chunkInputs(pending, sizes), ...seen }, sees: seen !== null };
}

/** The features of the next tokens of each row, a row for each slot; null where none stands for one. */
function shownInputs(
  pending: ReadonlyMap<number, readonly number[]>,
  shown: ReadonlyMap<number, ShownFeatures>,
  {
    rows,
    chunk,
    lengths,
    width,
  }: Record<'rows' | 'chunk' | 'width', number> & { lengths: readonly number[] },
): { pictureRows: Int32Array; pictureFeatures: Float32Array } | null {
  if (shown.size === 0) return null;
  const pictureRows = new Int32Array(rows * chunk).fill(-1);
  const pictureFeatures = new Float32Array(rows * chunk * width);
  let any = false;
  for (const [row, tokens] of pending) {
    const own = shown.get(row);
    for (let t = 0; own && t < Math.min(chunk, tokens.length); t++) {
      const from = own.rows[lengths[row]! + t] ?? -1;
      if (from < 0) continue;
      const slot = row * chunk + t;
      pictureRows[slot] = slot;
      pictureFeatures.set(own.featuresFD.subarray(from * width, (from + 1) * width), slot * width);
      any = true;
    }
  }
  return any ? { pictureRows, pictureFeatures } : null;
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

/** The cache with room for `context` tokens a row; what fits is copied, and its tensors are disposed of. */
async function resized(
  options: DecoderOptions,
  cache: DeviceTensors,
  context: number,
): Promise<DeviceTensors> {
  const other = emptyCache(options, context);
  for (const [name, tensor] of Object.entries(cache)) {
    other[name]!.write(resize(await tensor.read(), tensor.shape, context + 1));
    tensor.dispose();
  }
  return other;
}

/** `[B, G, old, K]` copied into `[B, G, wanted, K]`, without the last slot: it holds what padding wrote. */
function resize(data: ArrayLike<number>, shape: readonly number[], wanted: number): Float32Array {
  const [rows, heads, old, width] = shape as [number, number, number, number];
  const source = data as Float32Array;
  const copy = new Float32Array(rows * heads * wanted * width);
  const kept = Math.min(old, wanted) - 1;
  for (let block = 0; block < rows * heads; block++) {
    const from = block * old * width;
    copy.set(source.subarray(from, from + kept * width), block * wanted * width);
  }
  return copy;
}
