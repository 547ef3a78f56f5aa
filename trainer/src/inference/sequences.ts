import type { CompiledProgram, DeviceTensors, Executor } from '../engine/program.ts';
import { zeros } from '../engine/program.ts';
import type { DecodeModel } from './decodeProgram.ts';
import {
  sequenceCache,
  sequenceProgram,
  type SequenceShape,
  stateName,
} from './sequenceProgram.ts';

/** The parameters of a model: frozen ones, and those that are given to each run. */
export interface SequenceModel {
  decode: DecodeModel;
  state: DeviceTensors;
  frozen: DeviceTensors;
  cacheKey: string;
}

/** A sequence's keys and values, and how many tokens they are of. */
export interface Sequence {
  readonly cache: DeviceTensors;
  length: number;
}

export interface SequencesOptions {
  executor: Executor;
  /** Tokens that a sequence can hold. */
  context: number;
  /** Sequences that are decoded together at most. */
  together: number;
}

/** Runs a model over sequences with caches of their own, which come and go between runs. */
export interface Sequences {
  readonly context: number;
  /** The longest chunk of `feed`. */
  readonly longestChunk: number;
  create(): Sequence;
  /** Compiles what the first request of a model would wait for. */
  warmUp(model: SequenceModel): Promise<void>;
  /** Forgets what came after a sequence was so long. */
  truncate(sequence: Sequence, length: number): void;
  /** Appends a chunk; the logits after its last token, `[V]`. */
  feed(model: SequenceModel, sequence: Sequence, ids: readonly number[]): Promise<Float32Array>;
  /** The same with the logits after every token of the chunk, `[C, V]` and padding behind. */
  feedAll(model: SequenceModel, sequence: Sequence, ids: readonly number[]): Promise<Float32Array>;
  /** Appends one token to each of several sequences; the logits after each, `[B, V]`. */
  decode(
    model: SequenceModel,
    tokens: readonly { sequence: Sequence; id: number }[],
  ): Promise<Float32Array[]>;
  /** Makes a sequence begin like another, whose first tokens are copied. */
  copy(from: Sequence, to: Sequence, length: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Chunks of prompts that a program is made for. */
const CHUNKS = [16, 128];
/**
 * Sequences of one run that a program is made for; the rest of a run's places is filled with one that nobody reads.
 * Few, for each takes time to compile, and with int8 memory as its weights do.
 */
const TOGETHER = [1, 4, 16];

export function openSequences(
  config: DecodeModel['model'],
  { executor, context, together }: SequencesOptions,
): Sequences {
  const longestChunk = CHUNKS.at(-1)!;
  const room = context + longestChunk;
  const programs = programCache(executor);
  const specs = sequenceCache(config, room);
  const sizes = TOGETHER.filter((size) => size < together).concat(together);
  const create = (): Sequence => ({
    cache: Object.fromEntries(
      Object.entries(specs).map(([part, spec]) => [part, executor.tensor(zeros(spec))]),
    ),
    length: 0,
  });
  let spare: Sequence | null = null;

  async function run(
    model: SequenceModel,
    fed: readonly { sequence: Sequence; ids: readonly number[] }[],
    shape: Pick<SequenceShape, 'sequences' | 'chunk' | 'logits'>,
  ): Promise<Float32Array> {
    const program = await programs.get(model, { ...shape, room, reach: context });
    const inputs = emptyInputs(shape);
    const state: DeviceTensors = { ...model.state };
    for (let row = 0; row < shape.sequences; row++) {
      const { sequence, ids } = fed[row] ?? { sequence: (spare ??= create()), ids: [] };
      const from = fed[row] === undefined ? 0 : sequence.length;
      fillRow(inputs, { row, chunk: shape.chunk, from, ids });
      for (const [part, tensor] of Object.entries(sequence.cache))
        state[stateName(row, part)] = tensor;
    }
    const { logits } = await program.run(state, inputs);
    for (const { sequence, ids } of fed) sequence.length += ids.length;
    return logits as Float32Array;
  }

  function feedChunk(
    model: SequenceModel,
    { sequence, ids }: { sequence: Sequence; ids: readonly number[] },
    logits: 'last' | 'all',
  ): Promise<Float32Array> {
    refuseOverflow(sequence.length + ids.length, context);
    const chunk = CHUNKS.find((size) => size >= ids.length);
    if (ids.length === 0 || chunk === undefined) throw new Error(`a chunk of ${ids.length} tokens`);
    // One token goes through the program of single tokens, which is there anyway.
    const size = ids.length === 1 && logits === 'last' ? 1 : chunk;
    return run(model, [{ sequence, ids }], { sequences: 1, chunk: size, logits });
  }

  return {
    context,
    longestChunk,
    create,
    async warmUp(model) {
      const sequence = (spare ??= create());
      for (const length of [1, ...CHUNKS].filter((size) => size <= context)) {
        sequence.length = 0;
        await feedChunk(model, { sequence, ids: new Array<number>(length).fill(0) }, 'last');
      }
      sequence.length = 0;
    },
    truncate: (sequence, length) => {
      sequence.length = Math.min(sequence.length, length);
    },
    feed: (model, sequence, ids) => feedChunk(model, { sequence, ids }, 'last'),
    feedAll: (model, sequence, ids) => feedChunk(model, { sequence, ids }, 'all'),
    async decode(model, tokens) {
      for (const { sequence } of tokens) refuseOverflow(sequence.length + 1, context);
      const sequences = sizes.find((size) => size >= tokens.length);
      if (sequences === undefined) throw new Error(`${tokens.length} sequences at once`);
      const fed = tokens.map(({ sequence, id }) => ({ sequence, ids: [id] }));
      const logits = await run(model, fed, { sequences, chunk: 1, logits: 'last' });
      const width = logits.length / sequences;
      return fed.map((_, row) => logits.subarray(row * width, (row + 1) * width));
    },
    async copy(from, to, length) {
      for (const [part, tensor] of Object.entries(from.cache))
        to.cache[part]!.write(await tensor.read());
      to.length = Math.min(length, from.length);
    },
    dispose: () => programs.dispose(),
  };
}

function refuseOverflow(needed: number, context: number): void {
  if (needed > context) throw new Error(`${needed} tokens do not fit a context of ${context}`);
}

type Inputs = Record<'ids' | 'positions' | 'lengths' | 'last', Int32Array>;

function emptyInputs({ sequences, chunk }: Pick<SequenceShape, 'sequences' | 'chunk'>): Inputs {
  return {
    ids: new Int32Array(sequences * chunk),
    positions: new Int32Array(sequences * chunk),
    lengths: new Int32Array(sequences),
    last: new Int32Array(sequences),
  };
}

/** A row's tokens, and behind them padding, which counts for the length. */
function fillRow(
  inputs: Inputs,
  { row, chunk, from, ids }: { row: number; chunk: number; from: number; ids: readonly number[] },
): void {
  for (let at = 0; at < chunk; at++) {
    inputs.ids[row * chunk + at] = ids[at] ?? 0;
    inputs.positions[row * chunk + at] = from + at;
  }
  inputs.lengths[row] = from + chunk;
  inputs.last[row] = Math.max(0, ids.length - 1);
}

/** Programs for each model and shape, compiled when they are first wanted. */
function programCache(executor: Executor) {
  const known = new Map<string, Promise<CompiledProgram>>();
  return {
    get(model: SequenceModel, shape: SequenceShape): Promise<CompiledProgram> {
      const { cacheKey } = model;
      const key = JSON.stringify([cacheKey, shape]);
      const program =
        known.get(key) ??
        executor.compile(sequenceProgram(model.decode, shape), model.frozen, {
          cacheKey: JSON.stringify([cacheKey, shape.reach, shape.logits]),
        });
      known.set(key, program);
      return program;
    },
    async dispose(): Promise<void> {
      for (const program of known.values()) await (await program).dispose();
    },
  };
}
