import { type Config, DeepCoderError, givesScores } from '@deepcoder/config';
import { type Problem, UNKNOWN_SHARE_TO_WARN } from '@deepcoder/vocabulary';
import { isHubAddress, MODEL_NOT_FETCHED } from '@deepcoder/trainer-protocol';
import { findModel } from '@deepcoder/trainer-protocol/node';
import { datasetFiles } from '../hub/datasetFiles.ts';
import { planDataset } from '../hub/fetchDataset.ts';
import type { FetchPlan } from '../hub/fetchRepo.ts';
import { namedModels, planModel, planText } from '../hub/fetchModel.ts';
import type { HubSettings } from '../hub/hubSettings.ts';
import { findSources } from '../data/sources/findSources.ts';
import type { DataReport } from '../data/types.ts';
import { totalElements } from '../engine/program.ts';
import { loraSpecs, loraTargets } from '../lora/lora.ts';
import { parameterShapes } from '../model/architectures.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { memoryEstimate } from '../model/memoryEstimate.ts';
import { NO_TEACHER, openRunExecutor } from '../training/openModels.ts';
import { planStudent, refuseTooLarge, type StudentPlan } from '../student/openStudent.ts';
import { planRun, type PrepareOptions, type RunPlan } from '../training/prepareRun.ts';
import { unknownCount, unknownIds } from '../tokenizer/unknownTokens.ts';
import { openServedTeacher } from '../scoring/served/openServed.ts';
import { teacherTokenizer } from '../scoring/aligned/teacherTokenizer.ts';
import { openTeacherCheckpoint, paddingLines, sharedIds } from '../scoring/teacherCheckpoint.ts';

type CheckProblem = Problem<{ exitCode: number }>;

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
  /** Its folder, or the address of its server. */
  place: string;
  /** Null where it does not run here. */
  parameters: number | null;
  /** What the two vocabularies do not have in common, or what the server's preflight found, in sentences. */
  notes: string[];
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
  'sources' | 'rejected' | 'learnt' | 'warnings' | 'notes' | 'matched'
> {
  trainSamples: number;
  evalSamples: number;
  /** Share of each batch's tokens that is padding. */
  paddingShare: number;
  /** Share of the tokens that are unknown to the tokenizer, or bytes in their place. */
  unknownShare: number;
}

interface StepFacts {
  totalSteps: number;
  warmupSteps: number;
  batchesPerEpoch: number;
  tokensPerStep: number;
}

interface WithHub {
  hub: HubSettings;
}

/** Looks at everything that a run would use and reports all that is wrong with it, not only the first. */
export async function checkRun(options: PrepareOptions & WithHub): Promise<CheckReport> {
  const { config, cwd } = options;
  const problems: CheckProblem[] = [];
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DeepCoderError)) throw error;
      const { code, message, exitCode } = error;
      // Said already, with what a run would fetch.
      if (code === MODEL_NOT_FETCHED) return null;
      problems.push({ severity: 'error', code, message, exitCode });
      return null;
    }
  };
  const ignore = (): void => undefined;
  for (const one of await unfetched(options)) problems.push(one);
  const { threads } = config.engine;
  const executor = await attempt(() => openRunExecutor({ config, threads, note: ignore }));
  const student = await attempt(() => planStudent(config, cwd));
  const teacher = await attempt(() => lookAtTeacher(options, student));
  if (student !== null) await attempt(() => refuseTooLarge(student.model));
  const prepared = student && (await attempt(() => planRun(student, options)));
  const data = student && prepared && dataFacts(student, prepared);
  if (data !== null) for (const one of unknownTokens(data)) problems.push(one);
  // Without a tokenizer, at least whether the files are there.
  if (student === null) await attempt(() => findSources(config.data.train, config.data, cwd));
  for (const one of warningsOf(config, student)) problems.push(one);
  const facts = student && studentFacts(student);
  return {
    problems,
    executor: executor === null ? null : `${executor.name}: ${executor.description}`,
    student: facts,
    teacher,
    data,
    steps: prepared && stepFacts(config, prepared),
    memoryBytes: student && facts && memoryOf(config, { student, facts, teacher }),
    // Weights and two moments of what trains.
    checkpointBytes: facts && 12 * facts.trainedParameters,
  };
}

/** What a run would have to fetch first; an error where the Hub refuses it. */
async function unfetched({
  config,
  cwd,
  hub,
  signal,
}: PrepareOptions & WithHub): Promise<CheckProblem[]> {
  const plans: [string, () => Promise<FetchPlan>][] = [];
  for (const { key, text, need } of namedModels(config)) {
    const found = await findModel(text, { cwd, env: process.env, need });
    if (found.from === 'disk' || found.path !== null) continue;
    plans.push([key, () => planModel(found.name, { need, hub, signal })]);
  }
  const { train, eval: held } = config.data;
  for (const address of [...train, ...(Array.isArray(held) ? held : [])].filter(isHubAddress)) {
    const isThere = await datasetFiles(address, process.env).then(
      () => true,
      () => false,
    );
    if (!isThere) plans.push(['data', () => planDataset(address, { hub, signal })]);
  }
  const problems: CheckProblem[] = [];
  for (const [key, plan] of plans) problems.push(await planProblem(key, plan));
  return problems;
}

async function planProblem(key: string, plan: () => Promise<FetchPlan>): Promise<CheckProblem> {
  try {
    const message = `${key}: is not on this machine; a run would fetch ${planText(await plan())}; what depends on it was not looked at`;
    return { severity: 'warning', code: MODEL_NOT_FETCHED, message, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof DeepCoderError)) throw error;
    const { code, exitCode, message } = error;
    return { severity: 'error', code, message: `${key}: ${message}`, exitCode };
  }
}

async function lookAtTeacher(
  { config, cwd, signal }: PrepareOptions,
  student: StudentPlan | null,
): Promise<CheckReport['teacher']> {
  const local = await openTeacherCheckpoint(config, cwd);
  if (local === null) {
    if (student === null) return null;
    const tokenizer = (await teacherTokenizer(config, cwd)) ?? student.tokenizer;
    const served = await openServedTeacher({ config, cwd, tokenizer, signal });
    return served && { place: config.teacher.url ?? '', parameters: null, notes: served.notes };
  }
  const { folder, checkpoint } = local;
  const parameters = totalElements(parameterShapes(checkpoint.config));
  if (student === null || config.teacher.align === 'bytes') {
    return { place: folder, parameters, notes: [] };
  }
  const shared = await sharedIds(folder, student.tokenizer);
  const rows = { teacher: checkpoint.config.vocabSize, student: student.model.vocabSize };
  return { place: folder, parameters, notes: paddingLines(rows, shared) };
}

function studentFacts({ model, lora, isTrained, tokenizer }: StudentPlan): StudentFacts {
  const specs = parameterShapes(model);
  const adapters = lora === null ? {} : loraSpecs(model, lora);
  const whole = Object.entries(specs).filter(([name]) => lora === null || isTrained(name));
  return {
    tokenizer: tokenizer.files.place,
    tokenizerTokens: tokenizer.vocabSize,
    vocabSize: model.vocabSize,
    context: model.maxPositionEmbeddings,
    parameters: totalElements(specs),
    trainedParameters: totalElements(Object.fromEntries(whole)) + totalElements(adapters),
    loraTargets: lora === null ? null : loraTargets(model, lora).length,
  };
}

/** A student cannot learn, nor write, what its tokenizer has no tokens for. */
function unknownTokens({ unknownShare }: DataFacts): CheckProblem[] {
  if (unknownShare <= UNKNOWN_SHARE_TO_WARN) return [];
  const share = (100 * unknownShare).toFixed(1);
  const message = `tokenizer: ${share} % of the tokens to train on are unknown to it, or single bytes in their place; take another tokenizer, or make one from this data (deepcoder tokenizer) for a student from scratch`;
  return [{ severity: 'warning', code: 'unknown-tokens', message, exitCode: 0 }];
}

function dataFacts(
  { tokenizer }: StudentPlan,
  { data, batch, batchesPerEpoch }: RunPlan,
): DataFacts {
  const { sources, rejected, learnt, warnings, notes, matched } = data.report;
  const tokens = data.train.reduce((sum, { ids }) => sum + ids.length, 0);
  const ids = unknownIds(tokenizer);
  const unknown = data.train.reduce((sum, sample) => sum + unknownCount(sample.ids, ids), 0);
  const room = batchesPerEpoch * batch.rows * batch.length;
  return {
    ...{ sources, rejected, learnt, warnings, notes, matched },
    trainSamples: data.train.length,
    evalSamples: data.eval.length,
    paddingShare: 1 - tokens / room,
    unknownShare: unknown / Math.max(1, tokens),
  };
}

function stepFacts(config: Config, { schedule, batch, batchesPerEpoch }: RunPlan): StepFacts {
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
  }: { student: StudentPlan; facts: StudentFacts; teacher: CheckReport['teacher'] },
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

function warningsOf(config: Config, student: StudentPlan | null): CheckProblem[] {
  const { teacher, loss } = config;
  const messages: [string, string][] = [];
  if (!givesScores(teacher.type) && loss.kd > 0) {
    messages.push(['kd-without-teacher', `loss.kd: is ${loss.kd}, but there is ${NO_TEACHER}`]);
  }
  if (student !== null) for (const one of servedOtherwise(student, config)) messages.push(one);
  if (student !== null) for (const one of misfits(student.model, config)) messages.push(one);
  return messages.map(([code, message]) => ({ severity: 'warning', code, message, exitCode: 0 }));
}

/** A server shows a chat by the template, and so in another form than that which is learnt here. */
function servedOtherwise(
  { tokenizer }: StudentPlan,
  { data: { render } }: Config,
): [string, string][] {
  if (tokenizer.chatTemplate === null || (render !== 'react' && render !== 'raw')) return [];
  const message = `data.render: is ${render}, but servers show chats by the tokenizer's chat template, which the student does not learn; take chat, or send it texts in this form (/v1/completions)`;
  return [['served-otherwise', message]];
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
