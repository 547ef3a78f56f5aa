import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { Sample } from '../data/sample.ts';
import type { BatchOptions } from '../data/types.ts';
import {
  type ExecutorRequest,
  isNamed,
  openCandidates,
  type OpenedExecutor,
  openExecutor,
} from '../engine/openExecutor.ts';
import type { Collective } from '../engine/collective/collective.ts';
import { cacheFolder } from '../disk/cacheFolder.ts';
import type { Executor } from '../engine/program.ts';
import { divergenceOf } from '../losses/divergenceByName.ts';
import { forwardKl } from '../losses/forwardKl.ts';
import { softensInTraining } from '../losses/temperature.ts';
import type { LossMetricsOptions } from './lossMetrics.ts';
import type { Student } from '../student/openStudent.ts';
import { pictureSource } from './pictureSource.ts';
import { createStepper, type Stepper } from './stepper.ts';
import { openTeacher, type Teacher } from '../scoring/openTeacher.ts';
import { fastestExecutor } from './fastestExecutor.ts';
import type { TrainSetup } from './trainSetup.ts';

export interface ModelsRequest {
  config: Config;
  cwd: string;
  student: Student;
  /** All that will be trained on and measured with. */
  samples: readonly Sample[];
  batch: Pick<BatchOptions, 'rows' | 'length' | 'targetBuckets'>;
  /** 0: all cores. */
  threads: number;
  /** `Executor.build` of a run that goes on; null or left out: none does. */
  startedWith?: string | null;
  /** Whom gradients are summed with. Default: nobody. */
  collective?: Collective;
  /** Told what computes, and where there is no teacher. */
  note: (text: string) => void;
}

/** Student and teacher on an executor, with the programs that train and measure. */
export interface Models {
  executor: Executor;
  stepper: Stepper;
  teacher: Teacher | null;
  metrics: LossMetricsOptions;
}

export const NO_TEACHER =
  'no teacher: the student learns from the observed tokens only (hard labels, kd 0)';

/** What a config's programs run on, for work that is no training. */
export async function openRunExecutor({
  config,
  threads,
  note,
}: Pick<ModelsRequest, 'config' | 'threads' | 'note'>): Promise<Executor> {
  const opened = await openExecutor(executorRequest(config, threads));
  noteExecutor(note, opened);
  return opened.executor;
}

export async function openModels(request: ModelsRequest): Promise<Models> {
  const { config, cwd, student, samples, batch, note, collective } = request;
  const { rows, length, targetBuckets } = batch;
  const setup = {
    model: student.model,
    lora: student.lora,
    loraDropout: config.student.lora?.dropout ?? 0,
    isTrained: student.isTrained,
    rows,
    length,
    checkpointing: config.train.gradientCheckpointing,
    optimizer: config.train.optimizer,
    precision: config.train.precision,
  };
  const positions = targetBuckets?.at(-1) ?? rows * length;
  const executor = await openTrainExecutor(request, { ...setup, ...HARD_LABELS, positions });
  refuseTeacherOfPictures(request);
  const teacher = await openTeacher({
    config,
    cwd,
    executor,
    student,
    samples,
    shape: batch,
    note,
  });
  if (teacher === null) note(NO_TEACHER);
  const whole = {
    ...setup,
    teacher: teacher && {
      k: teacher.k,
      hasTail: teacher.hasTail,
      isPartial: teacher.isPartial,
    },
    kd: teacher === null ? 0 : config.loss.kd,
    temperature: softensInTraining(config) ? ('scheduled' as const) : config.loss.temperature.value,
    divergence: divergenceOf(config.loss, { sharesTokenizer: teacher?.sharesTokenizer ?? true }),
    ...(executor.isDevice && { wholeUpdates: true }),
  };
  const rollout = config.train.rollout.share > 0 ? rolloutObjective(config) : null;
  // Divergences are functions; the config says which.
  const cacheKey = JSON.stringify([whole, config.loss]);
  const rolloutKey = rollout === null ? '' : config.train.rollout.loss;
  return {
    executor,
    teacher,
    stepper: createStepper({
      ...{ executor, student, setup: whole, rollout },
      cacheKey: cacheKey + rolloutKey,
      pictures: pictureSource(executor, student),
      ...(collective && { collective }),
    }),
    metrics: { hasTeacher: teacher !== null },
  };
}

/** A teacher's scores would be those of a model that does not see what the student sees. */
function refuseTeacherOfPictures({ config, student }: ModelsRequest): void {
  if (student.vision === null || student.vision.maxPictures === 0) return;
  if (config.teacher.type === 'none') return;
  throw new DeepCoderError(
    'teacher-pictures',
    'teacher: a student that is shown pictures learns from the labels alone for now; take teacher.type: none, or student.vision.max_pictures: 0',
    { exitCode: 2 },
  );
}

/**
 * By what the student's own tokens are learnt. A policy gradient is cross-entropy on them, weighed by how much
 * likelier the teacher finds each (`rollout/advantages.ts`); the divergence is then for metrics only.
 */
function rolloutObjective({ loss, train }: Config): Pick<TrainSetup, 'kd' | 'divergence'> {
  const isGradient = train.rollout.loss === 'policy_gradient';
  const type = train.rollout.loss === 'policy_gradient' ? 'reverse_kl' : train.rollout.loss;
  const divergence = divergenceOf({ ...loss, type }, { sharesTokenizer: true });
  return { kd: isGradient ? 0 : 1, divergence };
}

const HARD_LABELS = { teacher: null, kd: 0, temperature: 1, divergence: forwardKl } as const;

/** `auto` times a step where there is a choice; a run that goes on takes what it was started with. */
async function openTrainExecutor(
  { config, threads, note, startedWith = null }: ModelsRequest,
  setup: TrainSetup,
): Promise<Executor> {
  const request = executorRequest(config, threads);
  if (isNamed(request)) return openRunExecutor({ config, threads, note });
  const candidates = await openCandidates(request);
  const before = candidates.usable.find(({ build }) => build === startedWith);
  const opened =
    before !== undefined
      ? { executor: before, reason: 'auto: the run was started with it' }
      : candidates.usable.length === 1
        ? { executor: candidates.usable[0]!, reason: ['auto', ...candidates.refused].join('; ') }
        : await fastestExecutor(candidates, setup);
  noteExecutor(note, opened);
  return opened.executor;
}

function executorRequest(config: Config, threads: number): ExecutorRequest {
  const { executor, provider, tf32 } = config.engine;
  return { executor, provider, tf32, threads, cacheDir: path.join(cacheFolder(), 'graphs') };
}

function noteExecutor(note: ModelsRequest['note'], { executor, reason }: OpenedExecutor): void {
  note(`executor ${executor.name}: ${executor.description}; ${reason}`);
}
