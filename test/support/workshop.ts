import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseRunFile } from '@deepcoder/trainer-protocol';
import { type MetricsRecord, parseMetrics } from '@deepcoder/vocabulary';
import { saveCheckpoint } from '../../trainer/src/checkpoint/saveCheckpoint.ts';
import { lexicon } from '../../trainer/src/eval/household/lexicon.ts';
import { trainingTexts } from '../../trainer/src/eval/household/trainingTexts.ts';
import { initialParameters, normalFrom } from '../../trainer/src/model/initialParameters.ts';
import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';
import { wordLevelTokenizer } from '../../trainer/src/tokenizer/wordLevelTokenizer.ts';
import { random } from './executors.ts';

/**
 * A folder with all that a small run needs: `tok/` (a tokenizer), `teacher/` (a checkpoint with random
 * weights) and the config `tiny.yaml`, which trains in a second or two.
 */
export async function workshop(): Promise<string> {
  // Short, since a run's socket lies in it and such paths may not be long.
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  const texts = [...trainingTexts(new URLSearchParams('games=40&seed=1'))].map(({ text }) => text);
  const files = wordLevelTokenizer([lexicon(), ...texts]);
  mkdirSync(path.join(folder, 'tok'));
  writeFileSync(path.join(folder, 'tok/tokenizer.json'), files.tokenizer);
  writeFileSync(path.join(folder, 'tok/tokenizer_config.json'), files.tokenizerConfig);
  await writeTeacher(folder, tokenCount(folder));
  writeFileSync(path.join(folder, 'tiny.yaml'), TINY);
  return folder;
}

/** How many tokens the workshop's tokenizer has. */
export function tokenCount(folder: string): number {
  const file = readFileSync(path.join(folder, 'tok/tokenizer.json'), 'utf8');
  const { model } = JSON.parse(file) as { model: { vocab: object } };
  return Object.keys(model.vocab).length;
}

/** A checkpoint `<folder>/<name>` with random weights and a tokenizer of the folder, the workshop's or another. */
export async function writeTeacher(
  folder: string,
  vocabSize: number,
  name = 'teacher',
  tokenizer = 'tok',
): Promise<void> {
  const config = { ...TEACHER, vocabSize };
  const parameters = initialParameters(config, normalFrom(random(3)));
  const tensors = {
    names: Object.keys(parameters),
    shape: (name: string) => parameters[name]!.shape,
    read: (name: string) => parameters[name]!.data as Float32Array,
  };
  const tokenizerFolder = path.join(folder, tokenizer);
  await saveCheckpoint(path.join(folder, name), {
    ...{ config, tensors, dtype: 'F32', tokenizerFolder },
  });
}

const TEACHER: Omit<LlamaConfig, 'vocabSize'> = {
  modelType: 'llama',
  hiddenSize: 16,
  intermediateSize: 32,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 8,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  partialRotaryFactor: 1,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: true,
  maxPositionEmbeddings: 1024,
  bosTokenId: 2,
  eosTokenIds: [3],
  initializerRange: 0.2,
};

const TINY = `
run: {name: tiny}
data: {train: ['env:household?games=30&seed=1'], eval: 0.1, render: raw, max_length: 700, truncate: right}
tokenizer: tok
student:
  architecture: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, intermediate_size: 32, max_position_embeddings: 1024}
train: {steps: 6, gradient_accumulation_steps: 1, learning_rate: 1.0e-2}
engine: {executor: onnx, threads: 1}
eval: {every: 3}
checkpoints: {every: 2}
`;

/** A config beside `tiny.yaml` that extends it. */
export function writeConfig(folder: string, name: string, text: string): string {
  writeFileSync(path.join(folder, name), `extends: tiny.yaml\n${text}`);
  return name;
}

/** Folders of the runs of this name, oldest first. */
export function runFolders(folder: string, name: string, dir = 'runs'): string[] {
  let names: string[];
  try {
    names = readdirSync(path.join(folder, dir));
  } catch {
    return [];
  }
  return names
    .filter((found) => found.startsWith(`${name}-`))
    .sort()
    .map((found) => path.join(folder, dir, found));
}

export function runState(runFolder: string): string {
  const parsed = parseRunFile(readFileSync(path.join(runFolder, 'run.json'), 'utf8'));
  return 'value' in parsed ? parsed.value.state : parsed.problem;
}

/** What `metrics.jsonl` holds; nothing where it is not there yet. */
export function metricsOf(runFolder: string): MetricsRecord[] {
  try {
    return parseMetrics(readFileSync(path.join(runFolder, 'metrics.jsonl'), 'utf8')).records;
  } catch {
    return [];
  }
}

/** What two equal runs may differ in: how long it took and what the process weighed. */
const OF_THE_MACHINE = /seconds|per_second|memory/;

/** The records without what the machine has a part in. */
export function numbersOf(runFolder: string): object[] {
  return metricsOf(runFolder).map(({ step, tokensSeen, values }) => {
    const own = Object.entries(values).filter(([name]) => !OF_THE_MACHINE.test(name));
    return { step, tokensSeen, ...Object.fromEntries(own) };
  });
}
