import path from 'node:path';
import type { Config } from '@deepcoder/config';
import { batchesPerEpoch } from '../data/batches.ts';
import { chooseTargetBuckets } from '../data/targetBuckets.ts';
import { matchedLines } from '../data/align/matchedBytes.ts';
import { learntTable } from '../data/learntTokens.ts';
import { prepareData } from '../data/prepareData.ts';
import { noteLines } from '../data/report.ts';
import { ALL, type Deal, dealFor } from '../data/deal.ts';
import type { BatchOptions, DataReport, EnvironmentSource, PreparedData } from '../data/types.ts';
import { workerUrl } from '../data/workerUrl.ts';
import type { ScheduleOptions } from './optim/learningRate.ts';
import { teacherTokenizer } from '../scoring/aligned/teacherTokenizer.ts';
import { openStudent, type Student } from '../student/openStudent.ts';
import type { Progress } from '../run/progress.ts';

export interface PrepareOptions {
  config: Config;
  cwd: string;
  environments: Record<string, EnvironmentSource>;
  workers: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** Which of how many ranks this is. Default: the only one. */
  rank?: { rank: number; size: number };
}

/** All that can be known of a run before anything is computed or written. */
export interface PreparedRun extends RunPlan {
  student: Student;
}

/** What can be known without the student's weights. */
export interface RunPlan {
  data: PreparedData;
  /** How samples become the micro-batches of all ranks together. */
  batch: Omit<BatchOptions, 'epoch'>;
  deal: Deal;
  /** The same for what one rank computes at once. */
  share: Omit<BatchOptions, 'epoch'>;
  schedule: ScheduleOptions;
  batchesPerEpoch: number;
}

export async function prepareRun(options: PrepareOptions): Promise<PreparedRun> {
  const student = await openStudent(options.config, options.cwd);
  return { student, ...(await planRun(student, options)) };
}

export async function planRun(
  student: Pick<Student, 'tokenizer' | 'vision'>,
  options: PrepareOptions,
): Promise<RunPlan> {
  const data = await readData({ ...options, student });
  const { rank } = options;
  const deal =
    rank === undefined ? ALL : dealFor({ rank: rank.rank, ranks: rank.size }, options.config.train);
  const plain = { ...batchOptions(options.config), parts: deal.parts };
  const targetBuckets = chooseTargetBuckets(data.train, { ...plain, epoch: 0 });
  const batch = { ...plain, targetBuckets };
  const perEpoch = batchesPerEpoch(data.train, { ...batch, epoch: 0 });
  const schedule = scheduleOf(options.config, perEpoch);
  const share = { ...batch, rows: batch.rows / deal.parts, parts: 1 };
  return { data, batch, deal, share, batchesPerEpoch: perEpoch, schedule };
}

/** The samples of a run, held-out ones apart. */
export async function readData({
  config,
  cwd,
  student,
  progress,
  ...options
}: PrepareOptions & {
  student: Pick<Student, 'tokenizer' | 'vision'>;
  heldOutOnly?: boolean;
}): Promise<PreparedData> {
  return prepareData(
    { data: config.data, weights: config.weights },
    {
      tokenizer: student.tokenizer,
      teacherTokenizer: await teacherTokenizer(config, cwd),
      vision: student.vision,
      heldOutOnly: options.heldOutOnly ?? false,
      cwd,
      environments: options.environments,
      now: () => performance.now(),
      workers: options.workers,
      workerUrl,
      onProgress: (done, total) => progress.advance('data', { done, total }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
}

/** How samples become batches. */
export function batchOptions(config: Config): Omit<BatchOptions, 'epoch'> {
  return {
    rows: config.train.microBatchSize,
    length: config.data.maxLength,
    seed: config.run.seed,
    packing: config.data.packing,
    weights: config.weights,
  };
}

/** The learning-rate schedule, with its length worked out from epochs where the config gives no steps. */
function scheduleOf({ train }: Config, perEpoch: number): ScheduleOptions {
  const planned = (train.epochs * perEpoch) / train.gradientAccumulationSteps;
  const totalSteps = train.steps ?? Math.max(1, Math.ceil(planned));
  return {
    learningRate: train.learningRate,
    type: train.lrSchedulerType,
    warmupSteps: train.warmupSteps ?? Math.ceil(train.warmupRatio * totalSteps),
    totalSteps,
  };
}

/** Lines that say what the data is. */
export function dataLines(report: DataReport, cwd: string): string[] {
  const lines = report.sources.map((source) => {
    const { reasoning, action } = source.tokensPerKind;
    const place = path.relative(cwd, source.source) || source.source;
    const rejected = source.rejected > 0 ? `, ${source.rejected} rejected` : '';
    return `${place}: ${source.format}, ${source.records} records, ${source.tokens} tokens (${reasoning} reasoning, ${action} action)${rejected}`;
  });
  const told = [...rejectedLines(report), ...noteLines(report.notes), ...report.warnings];
  return [...lines, ...told, ...learntTable(report.learnt), ...matchedLines(report.matched)];
}

/** Rejected records that are told one by one. */
const TOLD = 5;

function rejectedLines({ rejected }: DataReport): string[] {
  const lines = rejected
    .slice(0, TOLD)
    .map(({ source, message }) => `rejected ${source}: ${message}`);
  const rest = rejected.length - lines.length;
  return rest > 0 ? [...lines, `rejected ${rest} more; deepcoder check lists them`] : lines;
}
