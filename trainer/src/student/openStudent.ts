import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { openCheckpoint, type Checkpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { random } from '../engine/random.ts';
import type { HostTensor } from '../engine/program.ts';
import { initialLora, type LoraOptions } from '../lora/lora.ts';
import { initialParameters, normalFrom } from '../model/initialParameters.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

export interface Student {
  model: ModelConfig;
  lora: LoraOptions | null;
  /** Parameters that train whole beside an adapter. */
  isTrained: (name: string) => boolean;
  /** All weights as they are before the first step, adapters included. */
  parameters: Record<string, HostTensor>;
  tokenizer: Tokenizer;
  /** Where the tokenizer's files are, for checkpoints. */
  tokenizerFolder: string;
  /** The checkpoint that an adapter belongs to. */
  baseModel: string | null;
}

/** The tokenizer that the config names: its own key, else the student's checkpoint, else the teacher's. */
export async function openRunTokenizer(
  config: Config,
  cwd: string,
): Promise<{ tokenizer: Tokenizer; folder: string }> {
  const named = config.tokenizer ?? config.student.model ?? config.teacher.model;
  if (named === null) {
    throw new DeepCoderError(
      'tokenizer-missing',
      'tokenizer: a student with an architecture of its own needs one; name a folder with tokenizer.json',
      { exitCode: 2 },
    );
  }
  const place = path.resolve(cwd, named);
  const folder = place.endsWith('.json') ? path.dirname(place) : place;
  return { tokenizer: await openTokenizer(place), folder };
}

/** The student with its first weights: from a checkpoint, or random ones that follow from the seed. */
export async function openStudent(config: Config, cwd: string): Promise<Student> {
  const { tokenizer, folder } = await openRunTokenizer(config, cwd);
  const next = random(config.run.seed, 0x57);
  const { model, parameters } =
    config.student.model === null
      ? newStudent(config, tokenizer, next)
      : await fromCheckpoint(await openCheckpoint(path.resolve(cwd, config.student.model)));
  refuseMisfit(model, tokenizer);
  const whole = config.student.lora?.modulesToSave ?? [];
  refuseTiedHead(model, whole);
  const lora = loraOptions(config);
  const adapters = lora === null ? {} : initialLora(model, lora, next);
  return {
    model,
    lora,
    isTrained: (name) => whole.some((module) => name.split('.').at(-2) === module),
    parameters: { ...parameters, ...adapters },
    tokenizer,
    tokenizerFolder: folder,
    baseModel: config.student.model,
  };
}

export function loraOptions({ student: { lora } }: Config): LoraOptions | null {
  if (lora === null) return null;
  const { r, alpha, targetModules, useRslora } = lora;
  return { r, alpha, targetModules, useRslora };
}

function newStudent(
  config: Config,
  tokenizer: Tokenizer,
  next: () => number,
): { model: ModelConfig; parameters: Record<string, HostTensor> } {
  const model = modelFrom(config, tokenizer);
  return { model, parameters: initialParameters(model, normalFrom(next)) };
}

export function modelFrom({ student }: Config, tokenizer: Tokenizer): ModelConfig {
  const { type, headDim, vocabSize, ...architecture } = student.architecture!;
  const { special } = tokenizer;
  return {
    ...architecture,
    modelType: type,
    headDim: headDim ?? architecture.hiddenSize / architecture.numAttentionHeads,
    vocabSize: vocabSize ?? tokenizer.vocabSize,
    bosTokenId: special.bosTokenId,
    eosTokenIds: special.eosTokenId === null ? [] : [special.eosTokenId],
  };
}

async function fromCheckpoint(
  checkpoint: Checkpoint,
): Promise<{ model: ModelConfig; parameters: Record<string, HostTensor> }> {
  return { model: checkpoint.config, parameters: await readParameters(checkpoint) };
}

/** All weights of a checkpoint, one after the other. */
export async function readParameters(checkpoint: Checkpoint): Promise<Record<string, HostTensor>> {
  const parameters: Record<string, HostTensor> = {};
  for (const name of checkpoint.names) {
    const data = await checkpoint.read(name);
    parameters[name] = { shape: checkpoint.shape(name), dtype: 'float32', data };
  }
  return parameters;
}

/** A tied head is the embedding: it has no weights to train by itself. */
export function tiedHeadFault(model: ModelConfig, whole: readonly string[]): string | null {
  if (!model.tieWordEmbeddings || !whole.includes('lm_head')) return null;
  return "student.lora.modules_to_save: the student's head is its embedding (tied), so there is no lm_head to train; name embed_tokens, which trains both";
}

function refuseTiedHead(model: ModelConfig, whole: readonly string[]): void {
  const fault = tiedHeadFault(model, whole);
  if (fault !== null) throw new DeepCoderError('lora-tied-head', fault, { exitCode: 2 });
}

function refuseMisfit(model: ModelConfig, tokenizer: Tokenizer): void {
  if (tokenizer.vocabSize <= model.vocabSize) return;
  throw new DeepCoderError(
    'tokenizer-misfit',
    `tokenizer ${tokenizer.files.place}: has ${tokenizer.vocabSize} tokens, the student has ${model.vocabSize}; use the tokenizer that the checkpoint was saved with, or leave vocab_size out`,
    { exitCode: 3 },
  );
}
