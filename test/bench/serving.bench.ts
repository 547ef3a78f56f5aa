import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { saveGguf } from '../../trainer/src/checkpoint/gguf/saveGguf.ts';
import type { WrittenType } from '../../trainer/src/checkpoint/gguf/quantise.ts';
import { openExecutor } from '../../trainer/src/engine/openExecutor.ts';
import type { HostTensor } from '../../trainer/src/engine/program.ts';
import { uploaded } from '../../trainer/src/engine/uploaded.ts';
import type { WeightFormat } from '../../trainer/src/inference/decodeProgram.ts';
import { decodeModel } from '../../trainer/src/inference/players.ts';
import { openSequences, type Sequence } from '../../trainer/src/inference/sequences.ts';
import { initialParameters } from '../../trainer/src/model/initialParameters.ts';
import { createTokenizer } from '../../trainer/src/tokenizer/tokenizer.ts';
import { openNodeLlama } from '../support/nodeLlama.ts';
import { byteTokenizerJson } from '../trainer/tokenizer/byteTokenizer.ts';
import {
  type Bench,
  type BenchContext,
  type BenchParts,
  type BenchRow,
  type SkippedRow,
  uniformFrom,
} from './bench.ts';
import { MODEL_30_LAYERS } from './benchModels.ts';

/** By what each engine calls its weights of one precision. */
const PRECISIONS = [
  ['f32', 'F32'],
  ['int8', 'Q8_0'],
] as const satisfies readonly [WeightFormat, WrittenType][];

const PROMPT = 541;
const STEPS = 48;
const TOGETHER = 8;
/** A conversation whose beginning was seen before. */
const SEEN = 1900;
const NEW = 100;

export const servingBenches: Bench[] = [{ name: 'serving beside llama.cpp', run: serving }];

export const servingParts: BenchParts = Object.fromEntries(
  PRECISIONS.flatMap(([own, peer]) => [
    [`serving ${own}`, () => ours(own)],
    [`llama.cpp ${peer}`, () => llamas(peer)],
  ]),
);

/** Processor time on one thread, of SmolLM2's 135 M shape with random weights. */
async function serving({ part }: BenchContext): Promise<(BenchRow | SkippedRow)[]> {
  const rows: (BenchRow | SkippedRow)[] = [];
  for (const [own, peer] of PRECISIONS) {
    const mine = await part(`serving ${own}`);
    const theirs = await part(`llama.cpp ${peer}`);
    const row = (key: string, name: string, leastRate: number): BenchRow => {
      const [value, other] = [mine[key] ?? Infinity, theirs[key] ?? 0];
      const told = { name: `${own}: ${name}`, value, unit: 'CPU ms' };
      if (other === 0) return { ...told, peer: null };
      return {
        ...told,
        peer: { name: 'llama.cpp', value: other },
        ratio: value / other,
        atMost: 1 / leastRate,
      };
    };
    rows.push(
      row('decode', 'a token, one sequence', 0.9),
      row('prompt', `a token of a prompt of ${PROMPT}`, 0.9),
      row('together', `a token, ${TOGETHER} sequences`, 1),
      row('seen', `first token after ${NEW} new tokens behind ${SEEN} that were seen`, 1 / 1.1),
    );
  }
  return rows;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = cpuMs();
  await work();
  return cpuMs() - before;
}

function weights(): Record<string, HostTensor> {
  const uniform = uniformFrom(1);
  return initialParameters(MODEL_30_LAYERS, () => 2 * uniform() - 1);
}

function tokens(count: number, seed: number): number[] {
  const uniform = uniformFrom(seed);
  return Array.from({ length: count }, () => Math.floor(uniform() * 256));
}

async function ours(format: WeightFormat): Promise<Record<string, number>> {
  const { executor } = await openExecutor({
    ...{ executor: 'onnx', provider: 'cpu', threads: 1, cacheDir: null },
  });
  const frozen = uploaded(executor, weights());
  const loaded = { model: MODEL_30_LAYERS, lora: null, state: {}, frozen };
  const decode = { ...decodeModel(loaded), weights: format };
  const model = { decode, state: {}, frozen, cacheKey: 'bench' };
  const sequences = openSequences(MODEL_30_LAYERS, { executor, context: 2304, together: TOGETHER });
  const filled = async (ids: readonly number[], sequence = sequences.create()) => {
    for (let at = 0; at < ids.length; at += sequences.longestChunk)
      await sequences.feed(model, sequence, ids.slice(at, at + sequences.longestChunk));
    return sequence;
  };
  const decoded = async (count: number, steps: number): Promise<number> => {
    const rows: Sequence[] = [];
    for (let row = 0; row < count; row++) rows.push(await filled(tokens(64, row)));
    const step = () =>
      sequences.decode(
        model,
        rows.map((sequence) => ({ sequence, id: 7 })),
      );
    await step();
    return timed(async () => {
      for (let at = 0; at < steps; at++) await step();
    });
  };
  await filled(tokens(300, 3));
  const prompt = (await timed(() => filled(tokens(PROMPT, 4)))) / PROMPT;
  const seenBefore = await filled(tokens(SEEN, 5));
  const seen = await timed(() => filled(tokens(NEW, 6), seenBefore));
  const decodeMs = (await decoded(1, STEPS)) / STEPS;
  const together = (await decoded(TOGETHER, STEPS / 4)) / (STEPS / 4) / TOGETHER;
  return { prompt, seen, decode: decodeMs, together };
}

async function llamas(type: WrittenType): Promise<Record<string, number>> {
  const llama = await openNodeLlama();
  if (llama === null) return {};
  const folder = mkdtempSync(path.join(tmpdir(), 'deepcoder-bench-'));
  try {
    const modelPath = path.join(folder, 'model.gguf');
    await writeModel(modelPath, type);
    const model = await llama.loadModel({ modelPath });
    const context = await model.createContext({
      ...{ contextSize: 2304, threads: 1, sequences: TOGETHER + 1 },
    });
    const fill = async (ids: number[]) => {
      const sequence = context.getSequence();
      await sequence.evaluateWithoutGeneratingNewTokens(ids);
      return sequence;
    };
    const said = async (sequence: Awaited<ReturnType<typeof fill>>, count: number) => {
      let made = 0;
      for await (const id of sequence.evaluate([7], { temperature: 0 })) {
        if (id < 0 || ++made === count) break;
      }
    };
    (await fill(tokens(300, 3))).dispose();
    let sequence = await fill([1]);
    const prompt =
      (await timed(() => sequence.evaluateWithoutGeneratingNewTokens(tokens(PROMPT, 4)))) / PROMPT;
    sequence.dispose();
    sequence = await fill(tokens(SEEN, 5));
    const seen = await timed(() => sequence.evaluateWithoutGeneratingNewTokens(tokens(NEW, 6)));
    sequence.dispose();
    sequence = await fill(tokens(64, 0));
    const decode = (await timed(() => said(sequence, STEPS))) / STEPS;
    sequence.dispose();
    const rows: Awaited<ReturnType<typeof fill>>[] = [];
    for (let row = 0; row < TOGETHER; row++) rows.push(await fill(tokens(64, row)));
    const each = STEPS / 4;
    const together =
      (await timed(() => Promise.all(rows.map((one) => said(one, each))))) / each / TOGETHER;
    return { prompt, seen, decode, together };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeModel(file: string, type: WrittenType): Promise<void> {
  const parameters = weights();
  const tokenizer = await createTokenizer({
    ...{
      place: 'bench',
      tokenizer: byteTokenizerJson(),
      tokenizerConfig: null,
      chatTemplate: null,
    },
    ...{ bosTokenId: null, eosTokenId: null },
  });
  const tensors = {
    names: Object.keys(parameters),
    shape: (name: string) => parameters[name]!.shape,
    read: (name: string) => parameters[name]!.data as Float32Array,
  };
  await saveGguf(file, { name: 'bench', config: MODEL_30_LAYERS, tensors, tokenizer, type });
}
