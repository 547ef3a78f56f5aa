import path from 'node:path';
import type { Config } from '@deepcoder/config';
import type { BatchOptions } from '../data/types.ts';
import { openExecutor } from '../engine/openExecutor.ts';
import type { Executor } from '../engine/program.ts';
import { divergenceOf } from '../losses/divergenceByName.ts';
import { isScheduled } from '../losses/temperature.ts';
import type { LossMetricsOptions } from './lossMetrics.ts';
import type { Student } from '../student/openStudent.ts';
import { createStepper, type Stepper } from './stepper.ts';
import { openTeacher, type TeacherScorer } from '../scoring/teacherScores.ts';

export interface ModelsRequest {
  config: Config;
  cwd: string;
  student: Student;
  batch: Pick<BatchOptions, 'rows' | 'length'>;
  /** 0: all cores. */
  threads: number;
  /** Told what computes, and where there is no teacher. */
  note: (text: string) => void;
}

/** Student and teacher on an executor, with the programs that train and measure. */
export interface Models {
  executor: Executor;
  stepper: Stepper;
  teacher: TeacherScorer | null;
  metrics: LossMetricsOptions;
}

export const NO_TEACHER =
  'no teacher: the student learns from the observed tokens only (hard labels, kd 0)';

/** Where traced graphs are kept, below the working folder. */
/** Made absolute: see `makeFolder`. */
const GRAPHS = '.deepcoder/graphs';

export async function openRunExecutor({
  config,
  threads,
  note,
}: Pick<ModelsRequest, 'config' | 'threads' | 'note'>): Promise<Executor> {
  const { executor: name, provider } = config.engine;
  const options = { executor: name, provider, threads, cacheDir: path.resolve(GRAPHS) };
  const { executor, reason } = await openExecutor(options);
  note(`executor ${executor.name}: ${executor.description}; ${reason}`);
  return executor;
}

export async function openModels(request: ModelsRequest): Promise<Models> {
  const { config, cwd, student, batch, note } = request;
  const executor = await openRunExecutor(request);
  const teacher = await openTeacher({ config, cwd, executor, student, note });
  if (teacher === null) note(NO_TEACHER);
  const kd = teacher === null ? 0 : config.loss.kd;
  const { temperature } = config.loss;
  const setup = {
    model: student.model,
    lora: student.lora,
    loraDropout: config.student.lora?.dropout ?? 0,
    isTrained: student.isTrained,
    rows: batch.rows,
    length: batch.length,
    teacher: teacher && { k: teacher.k, hasTail: teacher.hasTail },
    kd,
    temperature: isScheduled(temperature) ? ('scheduled' as const) : temperature.value,
    divergence: divergenceOf(config.loss, { sharesTokenizer: teacher?.sharesTokenizer ?? true }),
    checkpointing: config.train.gradientCheckpointing,
    optimizer: config.train.optimizer,
    precision: config.train.precision,
  };
  // Divergences are functions; the config says which.
  const cacheKey = JSON.stringify([setup, config.loss]);
  return {
    executor,
    teacher,
    stepper: createStepper({ executor, student, setup, cacheKey }),
    metrics: { hasTeacher: teacher !== null },
  };
}
