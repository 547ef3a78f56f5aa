import { totalmem } from 'node:os';
import path from 'node:path';
import { type Config, DeepCoderError, runTokenizerPlace, snakeKeys } from '@deepcoder/config';
import { openCheckpoint, type Checkpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import { random } from '../engine/random.ts';
import { type HostTensor, totalElements } from '../engine/program.ts';
import { initialLora, type LoraOptions, targetNames } from '../lora/lora.ts';
import type { PictureSettings } from '../vision/pictureSettings.ts';
import { pictureSettings } from './pictureSettings.ts';
import { architectureOf, parameterShapes } from '../model/architectures.ts';
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
  /** How it is shown pictures; null where it does not see. */
  vision: PictureSettings | null;
  /** The checkpoint that an adapter belongs to. */
  baseModel: string | null;
}

/** The tokenizer that the config names: its own key, else the student's checkpoint, else the teacher's. */
export async function openRunTokenizer(
  config: Config,
  cwd: string,
): Promise<{ tokenizer: Tokenizer; folder: string }> {
  const named = runTokenizerPlace(config);
  if (named === null) {
    throw new DeepCoderError(
      'tokenizer-missing',
      'tokenizer: a student with an architecture of its own needs one; name a folder with tokenizer.json',
      { exitCode: 2 },
    );
  }
  const place = await modelPlace(named, { cwd, need: 'tokenizer' });
  const folder = place.endsWith('.json') ? path.dirname(place) : place;
  return { tokenizer: await openTokenizer(place), folder };
}

/** The student with its first weights: from a checkpoint, or random ones that follow from the seed. */
export async function openStudent(config: Config, cwd: string): Promise<Student> {
  const { weights, ...student } = await planStudent(config, cwd);
  refuseTooLarge(student.model);
  return { ...student, parameters: await weights() };
}

/** A student whose weights are neither read nor made yet, as it may be of any size. */
export interface StudentPlan extends Omit<Student, 'parameters'> {
  weights: () => Promise<Record<string, HostTensor>>;
}

/** What a config's student is, by its shapes alone. */
export async function planStudent(config: Config, cwd: string): Promise<StudentPlan> {
  const { tokenizer, folder } = await openRunTokenizer(config, cwd);
  const checkpoint =
    config.student.model === null
      ? null
      : await openCheckpoint(await modelPlace(config.student.model, { cwd }));
  const { model, first } =
    checkpoint === null ? newStudent(config, tokenizer) : fromCheckpoint(checkpoint);
  refuseMisfit(model, tokenizer);
  const whole = config.student.lora?.modulesToSave ?? [];
  refuseTiedHead(model, whole);
  const lora = loraOptions(config, model);
  refuseNoTarget(model, lora);
  return {
    model,
    lora,
    isTrained: (name) => whole.some((module) => name.split('.').at(-2) === module),
    tokenizer,
    tokenizerFolder: folder,
    vision: await pictureSettings(config, model, {
      folder: checkpoint?.folder ?? null,
      tokenizer,
    }),
    baseModel: config.student.model,
    weights: async () => {
      const next = random(config.run.seed, 0x57);
      const parameters = await first(next);
      return lora === null ? parameters : { ...parameters, ...initialLora(model, lora, next) };
    },
  };
}

/** Weights that do not fit into memory would be swapped out, and hold up all that runs on the machine. */
export function refuseTooLarge(model: ModelConfig): void {
  const count = totalElements(parameterShapes(model));
  const bytes = 4 * count;
  if (bytes <= totalmem()) return;
  throw new DeepCoderError(
    'student-too-large',
    `student: its ${count} weights take ${(bytes / 1e9).toFixed(1)} GB, and this machine has ${(totalmem() / 1e9).toFixed(1)} GB of memory; take a smaller one`,
    { exitCode: 2 },
  );
}

/** The adapter that a config asks for; `all-linear` becomes the names that the model has. */
export function loraOptions(
  { student: { lora } }: Pick<Config, 'student'>,
  model: ModelConfig,
): LoraOptions | null {
  if (lora === null) return null;
  const { r, alpha, targetModules: wanted, useRslora } = lora;
  const targetModules = wanted === 'all-linear' ? targetNames(model) : wanted;
  return { r, alpha, targetModules, useRslora };
}

/** What is wrong with the modules that are to get an adapter. */
export function loraTargetFault(model: ModelConfig, lora: LoraOptions): string | null {
  const names = targetNames(model);
  const missing = lora.targetModules.filter((name) => !names.includes(name));
  if (missing.length === 0) return null;
  return `student.lora.target_modules: a ${model.modelType} has no ${missing.join(', ')}; it has ${names.join(', ')} (all-linear)`;
}

function refuseNoTarget(model: ModelConfig, lora: LoraOptions | null): void {
  const fault = lora && loraTargetFault(model, lora);
  if (fault !== null) throw new DeepCoderError('lora-target', fault, { exitCode: 2 });
}

/** A model, and what makes or reads its weights. */
interface NewModel {
  model: ModelConfig;
  first: (next: () => number) => Promise<Record<string, HostTensor>>;
}

function newStudent(config: Config, tokenizer: Tokenizer): NewModel {
  const model = modelFrom(config, tokenizer);
  return { model, first: (next) => Promise.resolve(initialParameters(model, normalFrom(next))) };
}

/** The model that `student.architecture` describes, whose keys are those of a `config.json`. */
export function modelFrom({ student }: Config, tokenizer: Tokenizer): ModelConfig {
  const { type, headDim, vocabSize, ropeScaling, ...sizes } = student.architecture!;
  const { bosTokenId, eosTokenId } = tokenizer.special;
  const given = snakeKeys({
    ...sizes,
    headDim: headDim ?? sizes.hiddenSize / sizes.numAttentionHeads,
    vocabSize: vocabSize ?? tokenizer.vocabSize,
    ropeScaling: ropeScaling && snakeKeys(ropeScaling),
  });
  const set = Object.entries(given).filter(([, value]) => value !== null);
  const json = { ...Object.fromEntries(set), bos_token_id: bosTokenId, eos_token_id: eosTokenId };
  const { config, faults } = architectureOf({ modelType: type }).readConfig(json);
  if (config !== null) return { ...config, otherKeys: {} };
  throw new DeepCoderError(
    'student-architecture',
    `student.architecture: ${faults.join('; ')}; correct these keys`,
    { exitCode: 2 },
  );
}

function fromCheckpoint(checkpoint: Checkpoint): NewModel {
  return { model: checkpoint.config, first: () => readParameters(checkpoint) };
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
