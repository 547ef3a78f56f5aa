import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { Problem } from '@deepcoder/vocabulary';
import { MODEL_NOT_FETCHED } from '@deepcoder/trainer-protocol';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import { totalElements } from '../engine/program.ts';
import { loraSpecs } from '../lora/lora.ts';
import { parameterShapes } from '../model/architectures.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { cachedTokenizer } from '../scoring/cacheIdentity.ts';
import { fitsCheckpoint } from '../tokenizer/fitsCheckpoint.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { memoryEstimate } from '../model/memoryEstimate.ts';
import {
  loraOptions,
  loraTargetFault,
  modelFrom,
  openRunTokenizer,
  tiedHeadFault,
} from '../student/openStudent.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { openTeacherCheckpoint, sharedIds } from '../scoring/teacherCheckpoint.ts';

/** `path`: where in the config. */
type FitProblem = Problem<{ path: string[] }>;

/** What is known of a run without its data and its weights; a part that could not be looked at is null. */
export interface Fit {
  problems: FitProblem[];
  executor: string | null;
  tokenizer: string | null;
  parameters: number | null;
  trainedParameters: number | null;
  memoryBytes: number | null;
  checkpointBytes: number | null;
  /** Places of a step, padding included. */
  tokensPerStep: number;
  /** Where the config gives it. */
  totalSteps: number | null;
}

/** Looks whether models, tokenizer and engine fit each other; reads headers only, so that an editor can ask often. */
export async function fitRun(config: Config, cwd: string): Promise<Fit> {
  const problems: FitProblem[] = [];
  const attempt = async <T>(at: string[], work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DeepCoderError)) throw error;
      // The editor sees for itself what is not on the machine yet.
      if (error.code === MODEL_NOT_FETCHED) return null;
      problems.push({ severity: 'error', code: error.code, message: error.message, path: at });
      return null;
    }
  };
  const { student, teacher, engine, train, data } = config;
  const executor = await attempt(['engine', 'executor'], () =>
    openRunExecutor({ config, threads: engine.threads, note: () => undefined }),
  );
  const opened = await attempt(tokenizerPath(config), () => openRunTokenizer(config, cwd));
  const tokenizer = opened?.tokenizer ?? null;
  const model = await attempt(['student', student.model === null ? 'architecture' : 'model'], () =>
    studentModel(config, tokenizer, cwd),
  );
  const teacherModel = await attempt(['teacher', 'model'], () => teacherOf(config, tokenizer, cwd));
  if (tokenizer !== null && model !== null) {
    const own = student.model === null ? null : await modelPlace(student.model, { cwd });
    for (const one of await misfits(config, { model, tokenizer, own })) problems.push(one);
  }
  if (tokenizer !== null && teacher.type !== 'none') {
    const folder = path.resolve(cwd, teacher.cache);
    const made = await attempt(['teacher', 'cache'], () => cachedTokenizer(folder));
    for (const one of cacheProblem(folder, made, tokenizer)) problems.push(one);
  }
  const sizes = model && sizesOf(config, model);
  return {
    problems,
    executor: executor && `${executor.name}: ${executor.description}`,
    tokenizer: tokenizer && tokenizer.files.place,
    parameters: sizes && sizes.parameters,
    trainedParameters: sizes && sizes.trained,
    memoryBytes: model && memoryOf(config, model, teacherModel),
    // Weights and two moments of what trains.
    checkpointBytes: sizes && 12 * sizes.trained,
    tokensPerStep: train.microBatchSize * data.maxLength * train.gradientAccumulationSteps,
    totalSteps: train.steps,
  };
}

function tokenizerPath({ tokenizer, student }: Config): string[] {
  if (tokenizer !== null) return ['tokenizer'];
  return student.model === null ? ['teacher', 'model'] : ['student', 'model'];
}

async function studentModel(
  config: Config,
  tokenizer: Tokenizer | null,
  cwd: string,
): Promise<ModelConfig | null> {
  const { model } = config.student;
  if (model !== null) return (await openCheckpoint(await modelPlace(model, { cwd }))).config;
  return tokenizer === null ? null : modelFrom(config, tokenizer);
}

async function teacherOf(
  config: Config,
  tokenizer: Tokenizer | null,
  cwd: string,
): Promise<ModelConfig | null> {
  const teacher = await openTeacherCheckpoint(config, cwd);
  if (teacher === null) return null;
  const shares = config.teacher.align === 'ids';
  if (tokenizer !== null && shares) await sharedIds(teacher.folder, tokenizer);
  return teacher.checkpoint.config;
}

interface Fitted {
  model: ModelConfig;
  tokenizer: Tokenizer;
  /** The student's checkpoint. */
  own: string | null;
}

async function misfits(
  { data, tokenizer: named, student }: Config,
  { model, tokenizer, own }: Fitted,
): Promise<FitProblem[]> {
  const problems: FitProblem[] = [];
  const theirs = own === null || named === null ? null : await openTokenizer(own).catch(() => null);
  const fit = fitsCheckpoint(tokenizer, { vocabSize: model.vocabSize, tokenizer: theirs });
  if (!fit.fits) {
    const at =
      named === null ? ['student', own === null ? 'architecture' : 'model'] : ['tokenizer'];
    const message = `${tokenizer.files.place}: ${fit.problem}`;
    problems.push({ severity: 'error', code: 'tokenizer-misfit', message, path: at });
  }
  if (data.maxLength > model.maxPositionEmbeddings) {
    const message = `data.max_length is ${data.maxLength}, but the student is meant for ${model.maxPositionEmbeddings} tokens`;
    const at = ['data', 'max_length'];
    problems.push({ severity: 'warning', code: 'context-exceeded', message, path: at });
  }
  const tied = tiedHeadFault(model, student.lora?.modulesToSave ?? []);
  if (tied !== null) {
    const at = ['student', 'lora', 'modules_to_save'];
    problems.push({ severity: 'error', code: 'lora-tied-head', message: tied, path: at });
  }
  const lora = loraOptions({ student }, model);
  const message = lora && loraTargetFault(model, lora);
  if (message !== null) {
    const at = ['student', 'lora', 'target_modules'];
    problems.push({ severity: 'error', code: 'lora-target', message, path: at });
  }
  return problems;
}

/** Only the tokenizer is compared: a teacher's weights are too large to hash for this. */
function cacheProblem(folder: string, made: string | null, tokenizer: Tokenizer): FitProblem[] {
  if (made === null || made === tokenizer.fingerprint) return [];
  const message = `the score cache ${folder} was made with another tokenizer; name another folder or delete this one`;
  const at = ['teacher', 'cache'];
  return [{ severity: 'error', code: 'score-cache-tokenizer', message, path: at }];
}

function sizesOf(config: Config, model: ModelConfig): { parameters: number; trained: number } {
  const specs = parameterShapes(model);
  const lora = loraOptions(config, model);
  const parameters = totalElements(specs);
  if (lora === null) return { parameters, trained: parameters };
  const whole = config.student.lora?.modulesToSave ?? [];
  const saved = Object.entries(specs).filter(([name]) =>
    whole.some((module) => name.split('.').at(-2) === module),
  );
  const trained = totalElements(loraSpecs(model, lora)) + totalElements(Object.fromEntries(saved));
  return { parameters, trained };
}

function memoryOf(config: Config, model: ModelConfig, teacher: ModelConfig | null): number {
  const { student, train, data } = config;
  const { parameters, trained } = sizesOf(config, model);
  return memoryEstimate({
    ...{ model, trained, frozen: student.lora === null ? 0 : parameters },
    teacher: teacher === null ? 0 : totalElements(parameterShapes(teacher)),
    rows: train.microBatchSize,
    length: data.maxLength,
    accumulates: train.gradientAccumulationSteps > 1,
    checkpointing: train.gradientCheckpointing,
  });
}
