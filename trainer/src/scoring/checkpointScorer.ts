import { targetSlots } from '../data/targetBuckets.ts';
import type { CompiledProgram, Executor } from '../engine/program.ts';
import type { LoadedModel } from '../inference/players.ts';
import { chunkFor } from '../losses/distillationLoss.ts';
import { decoderInputs, type PackedTokens } from './batchInputs.ts';
import { scoreProgram, type ScoreSetup } from './scoreProgram.ts';
import type { Named, ScoreRequest, TokenScorer, TokenScores } from './tokenScorer.ts';

/** The static shapes that a run scores in. */
export interface ScoreShape {
  /** Rows of a pass, and the tokens that a row has room for. */
  rows: number;
  length: number;
  /** Numbers of scored tokens to choose from, ascending. */
  targetBuckets?: readonly number[];
}

export interface CheckpointScorerOptions extends Pick<
  ScoreSetup,
  'k' | 'temperature' | 'vocabSize' | 'leftOut'
> {
  executor: Executor;
  teacher: LoadedModel;
  identity: Named;
  shape: ScoreShape;
}

/** Scores by a model that runs here: samples are packed into rows, as many as fit a pass. */
export function checkpointScorer(options: CheckpointScorerOptions): TokenScorer {
  const { executor, teacher, identity, shape, ...scored } = options;
  const { k, temperature, vocabSize } = scored;
  const programs = new Map<number, CompiledProgram>();

  async function programFor(positions: number): Promise<CompiledProgram> {
    const known = programs.get(positions);
    if (known !== undefined) return known;
    const { rows, length } = shape;
    const chunk = chunkFor(vocabSize, positions);
    const setup = { model: teacher.model, rows, length, positions, chunk, ...scored };
    const cacheKey = JSON.stringify(setup);
    const made = await executor.compile(scoreProgram(setup), teacher.frozen, { cacheKey });
    programs.set(positions, made);
    return made;
  }

  async function pass(
    requests: readonly ScoreRequest[],
    signal: AbortSignal | undefined,
  ): Promise<TokenScores[]> {
    const inputs = packRequests(requests, shape);
    const program = await programFor(inputs.index.length);
    const result = (await program.run({}, inputs, { signal })) as Record<string, Float32Array>;
    let first = 0;
    return requests.map(({ offsets }) => {
      const rows = { first, count: offsets.length };
      first += offsets.length;
      return rowsOf(result, rows, k);
    });
  }

  return {
    identity,
    k,
    temperature,
    concurrency: 1,
    async score(requests, signal) {
      const scores: TokenScores[] = [];
      for (const some of passes(requests, shape)) {
        for (const one of await pass(some, signal)) scores.push(one);
      }
      return scores;
    },
    async close() {
      for (const program of programs.values()) await program.dispose();
      programs.clear();
    },
  };
}

/** In order, so that the samples of a training batch fit one pass as they fit the batch. */
function passes(requests: readonly ScoreRequest[], { rows, length }: ScoreShape): ScoreRequest[][] {
  const made: ScoreRequest[][] = [];
  let [row, used] = [rows, 0];
  for (const request of requests) {
    const size = request.ids.length;
    if (size > length) throw new RangeError(`a sample of ${size} tokens in rows of ${length}`);
    const fits = row < rows && used + size <= length;
    if (!fits) [row, used] = [row + 1, 0];
    if (row >= rows) {
      made.push([]);
      row = 0;
    }
    made.at(-1)?.push(request);
    used += size;
  }
  return made;
}

/** Inputs of the score program; slots beyond the requests' tokens score the first position once more. */
function packRequests(
  requests: readonly ScoreRequest[],
  { rows, length, targetBuckets }: ScoreShape,
): Record<'ids' | 'positions' | 'starts' | 'index' | 'labels', Int32Array> {
  const count = requests.reduce((sum, { offsets }) => sum + offsets.length, 0);
  const slots = targetSlots(count, rows * length, targetBuckets);
  const packed: PackedTokens = {
    length,
    ids: new Int32Array(rows * length),
    positions: new Int32Array(rows * length),
    segments: new Int32Array(rows * length).fill(-1),
  };
  const index = new Int32Array(slots);
  const labels = new Int32Array(slots);
  let [at, slot] = [0, 0];
  for (const [segment, { ids, offsets }] of requests.entries()) {
    if ((at % length) + ids.length > length) at = Math.ceil(at / length) * length;
    packed.ids.set(ids, at);
    ids.forEach((_, position) => (packed.positions[at + position] = position));
    packed.segments.fill(segment, at, at + ids.length);
    for (const offset of offsets) {
      index[slot] = at + offset - 1;
      labels[slot++] = ids[offset] ?? 0;
    }
    at += ids.length;
  }
  return { ...decoderInputs(packed), index, labels };
}

function rowsOf(
  result: Record<string, Float32Array>,
  { first, count }: { first: number; count: number },
  k: number,
): TokenScores {
  const part = (name: string, width: number): Float32Array => {
    const all = result[name];
    if (all === undefined) throw new TypeError(`the score program has no output ${name}`);
    return all.subarray(first * width, (first + count) * width);
  };
  return {
    ids: Uint32Array.from(part('ids', k)),
    logps: Float32Array.from(part('logps', k)),
    tailLogp: Float32Array.from(part('tail', 1)),
    labelLogp: Float32Array.from(part('label', 1)),
  };
}
