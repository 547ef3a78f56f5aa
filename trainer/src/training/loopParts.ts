import type { Config } from '@deepcoder/config';
import type { Sampler } from '../data/sampler.ts';
import type { Ranks } from '../engine/collective/ranks.ts';
import type { Batch } from '../data/types.ts';
import type { Sample } from '../data/sample.ts';
import type { ScheduleOptions } from './optim/learningRate.ts';
import type { Run } from '../run/openRun.ts';
import type { Weighting } from './tokenWeights/weighting.ts';
import type { LossMetricsOptions } from './lossMetrics.ts';
import type { Student } from '../student/openStudent.ts';
import type { Progress } from '../run/progress.ts';
import type { SampleOutput } from './sampleOutput.ts';
import type { Rollout } from './rollout/openRollout.ts';
import type { Stepper } from './stepper.ts';
import type { Teacher } from '../scoring/openTeacher.ts';

export interface LoopParts {
  config: Config;
  /** The resolved config, kept with each checkpoint. */
  configText: string;
  run: Run;
  /** Who trains; each has its part of every step, and all of them the same state. */
  ranks: Ranks;
  student: Student;
  stepper: Stepper;
  teacher: Teacher | null;
  weighting: Weighting;
  samples: readonly Sample[];
  sampler: Sampler;
  /** This rank's held-out batches, made anew for each evaluation. */
  evalBatches: () => Iterable<Batch>;
  evalSamples: readonly Sample[];
  /** What the student writes where a held-out sample begins; null without held-out samples. */
  sampleOutput: (() => Promise<SampleOutput | null>) | null;
  /** The student's own games as something to learn from; null without `train.rollout`. */
  rollout: Rollout | null;
  metrics: LossMetricsOptions;
  schedule: ScheduleOptions;
  progress: Progress;
  /** Milliseconds since 1970. */
  now: () => number;
}
