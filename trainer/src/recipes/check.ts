import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { findSources } from '../data/sources/findSources.ts';
import type { DataReport } from '../data/types.ts';
import { elementCount } from '../engine/program.ts';
import { loraSpecs, loraTargets } from '../lora/lora.ts';
import { parameterSpecs } from '../model/parameterSpecs.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { memoryEstimate } from '../model/memoryEstimate.ts';
import { NO_TEACHER, openRunExecutor } from '../training/openModels.ts';
import { openStudent, type Student } from '../student/openStudent.ts';
import { prepareFor, type PreparedRun, type PrepareOptions } from '../training/prepareRun.ts';
import { paddingLines, sharedIds } from '../scoring/teacherScores.ts';

interface CheckProblem {
  severity: 'error' | 'warning';
  code: string;
  message: string;
  exitCode: number;
}

/** What can be known of a run before it is started; a part that could not be looked at is null. */
export interface CheckReport {
  problems: CheckProblem[];
  executor: string | null;
  student: StudentFacts | null;
  teacher: TeacherFacts | null;
  data: DataFacts | null;
  steps: StepFacts | null;
  /** Estimates, in bytes. */
  memoryBytes: number | null;
  checkpointBytes: number | null;
}

interface TeacherFacts {
  folder: string;
  parameters: number;
  /** What the two vocabularies do not have in common, in sentences. */
  padding: string[];
}

interface StudentFacts {
  tokenizer: string;
  tokenizerTokens: number;
  vocabSize: number;
  context: number;
  parameters: number;
  trainedParameters: number;
  /** Matrices that get an adapter; null without LoRA. */
  loraTargets: number | null;
}

export interface DataFacts extends Pick<
  DataReport,
  'sources' | 'rejected' | 'learnt' | 'warnings' | 'notes'
> {
  trainSamples: number;
  evalSamples: number;
  /** Share of each batch's tokens that is padding. */
  paddingShare: number;
}

interface StepFacts {
  totalSteps: number;
  warmupSteps: number;
  batchesPerEpoch: number;
  tokensPerStep: number;
}

/** Looks at everything that a run would use and reports all that is wrong with it, not only the first. */
export async function checkRun(options: PrepareOptions): Promise<CheckReport> {
  const { config, cwd } = options;
  const problems: CheckProblem[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DeepCoderError)) throw error;
      const { code, message, exitCode } = error;
      problems.push({ severity: 'error', code, message, exitCode });
      return null;
    }
  };
  const ignore = (): void => undefined;
  const { threads } = config.engine;
  const executor = await attempt(() => openRunExecutor({ config, threads, note: ignore }));
  const student = await attempt(() => openStudent(config, cwd));
  const teacher = await attempt(() => lookAtTeacher({ config, cwd, student }));
  const prepared = student && (await attempt(() => prepareFor(student, options)));
  // Without a tokenizer, at least whether the files are there.
  if (student === null) await attempt(() => findSources(config.data.train, config.data, cwd));
  for (const one of warningsOf(config, student)) problems.push(one);
  const facts = student && studentFacts(student);
  return {
    problems,
    executor: executor === null ? null : `${executor.name}: ${executor.description}`,
    student: facts,
    teacher,
    data: prepared && dataFacts(prepared),
    steps: prepared && stepFacts(config, prepared),
    memoryBytes: student && facts && memoryOf(config, { student, facts, teacher }),
    // Weights and two moments of what trains.
    checkpointBytes: facts && 12 * facts.trainedParameters,
  };
}

async function lookAtTeacher({
  config,
  cwd,
  student,
}: {
  config: Config;
  cwd: string;
  student: Student | null;
}): Promise<CheckReport['teacher']> {
  if (config.teacher.type === 'none' || config.teacher.model === null) return null;
  const folder = path.resolve(cwd, config.teacher.model);
  const checkpoint = await openCheckpoint(folder);
  const parameters = countOf(parameterSpecs(checkpoint.config));
  if (student === null) return { folder, parameters, padding: [] };
  const shared = await sharedIds(folder, student.tokenizer);
  const rows = { teacher: checkpoint.config.vocabSize, student: student.model.vocabSize };
  return { folder, parameters, padding: paddingLines(rows, shared) };
}

function studentFacts({ model, lora, isTrained, tokenizer }: Student): StudentFacts {
  const specs = parameterSpecs(model);
  const adapters = lora === null ? {} : loraSpecs(model, lora);
  const whole = Object.entries(specs).filter(([name]) => lora === null || isTrained(name));
  return {
    tokenizer: tokenizer.files.place,
    tokenizerTokens: tokenizer.vocabSize,
    vocabSize: model.vocabSize,
    context: model.maxPositionEmbeddings,
    parameters: countOf(specs),
    trainedParameters: countOf(Object.fromEntries(whole)) + countOf(adapters),
    loraTargets: lora === null ? null : loraTargets(model, lora).length,
  };
}

function dataFacts({ data, batch, batchesPerEpoch }: PreparedRun): DataFacts {
  const { sources, rejected, learnt, warnings, notes } = data.report;
  const tokens = data.train.reduce((sum, { ids }) => sum + ids.length, 0);
  const room = batchesPerEpoch * batch.rows * batch.length;
  return {
    ...{ sources, rejected, learnt, warnings, notes },
    trainSamples: data.train.length,
    evalSamples: data.eval.length,
    paddingShare: 1 - tokens / room,
  };
}

function stepFacts(config: Config, { schedule, batch, batchesPerEpoch }: PreparedRun): StepFacts {
  const { totalSteps, warmupSteps } = schedule;
  const tokensPerStep = batch.rows * batch.length * config.train.gradientAccumulationSteps;
  return { totalSteps, warmupSteps, batchesPerEpoch, tokensPerStep };
}

function memoryOf(
  { train, data }: Config,
  {
    student,
    facts,
    teacher,
  }: { student: Student; facts: StudentFacts; teacher: CheckReport['teacher'] },
): number {
  const { trainedParameters, parameters } = facts;
  return memoryEstimate({
    model: student.model,
    trained: trainedParameters,
    frozen: student.lora === null ? 0 : parameters,
    teacher: teacher?.parameters ?? 0,
    rows: train.microBatchSize,
    length: data.maxLength,
    accumulates: train.gradientAccumulationSteps > 1,
    checkpointing: train.gradientCheckpointing,
  });
}

function warningsOf(config: Config, student: Student | null): CheckProblem[] {
  const { teacher, loss } = config;
  const messages: [string, string][] = [];
  if (teacher.type === 'none' && loss.kd > 0) {
    messages.push(['kd-without-teacher', `loss.kd: is ${loss.kd}, but there is ${NO_TEACHER}`]);
  }
  if (student !== null) for (const one of misfits(student.model, config)) messages.push(one);
  return messages.map(([code, message]) => ({ severity: 'warning', code, message, exitCode: 0 }));
}

function misfits(model: ModelConfig, { data }: Config): [string, string][] {
  const messages: [string, string][] = [];
  const { maxPositionEmbeddings: context } = model;
  if (data.maxLength > context) {
    const message = `data.max_length: is ${data.maxLength}, but the student is meant for ${context} tokens; lower it, or raise student.architecture.max_position_embeddings`;
    messages.push(['context-exceeded', message]);
  }
  return messages;
}

function countOf(specs: Readonly<Record<string, readonly number[]>>): number {
  return Object.values(specs).reduce((sum, shape) => sum + elementCount(shape), 0);
}
