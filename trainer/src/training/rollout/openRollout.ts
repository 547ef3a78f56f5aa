import type { Config } from '@deepcoder/config';
import { batches } from '../../data/batches.ts';
import type { Batch, BatchOptions } from '../../data/types.ts';
import type { Executor } from '../../engine/program.ts';
import { random } from '../../engine/random.ts';
import { openEnvironment } from '../../environments/openEnvironment.ts';
import type { PlayedEpisode } from '../../eval/playedEpisode.ts';
import { keptSession } from '../../inference/keptSession.ts';
import { modelPolicy } from '../../inference/players.ts';
import type { BatchScores } from '../../scoring/batchInputs.ts';
import type { Teacher } from '../../scoring/openTeacher.ts';
import type { Student } from '../../student/openStudent.ts';
import type { Stepper } from '../stepper.ts';
import { playLot } from './playLot.ts';
import { type RolloutSample, rolloutSamples } from './rolloutSamples.ts';

/** Games of the student that have been played and scored, as batches to learn from. */
export interface Lot {
  number: number;
  episodes: readonly PlayedEpisode[];
  samples: readonly RolloutSample[];
  batches: readonly { batch: Batch; scores: BatchScores & { label: Float32Array } }[];
  /** Wall time, in seconds. */
  seconds: { play: number; score: number };
}

/** The student's own games as something to learn from. */
export interface Rollout {
  /** Whether a step learns from them; which steps do follows from the run's seed. */
  isDue(step: number): boolean;
  /** Plays a lot with the student as it is now and has the teacher score what it said. */
  lot(number: number, signal: AbortSignal): Promise<Lot>;
  close(): Promise<void>;
}

export interface RolloutOptions {
  config: Config;
  cwd: string;
  executor: Executor;
  student: Student;
  stepper: Stepper;
  teacher: Teacher;
  batch: Omit<BatchOptions, 'epoch'>;
}

const SALT = 0x5a1e;

export function openRollout(options: RolloutOptions): Rollout {
  const { config, cwd, executor, student, stepper, teacher, batch } = options;
  const { rollout } = config.train;
  const { seed } = config.run;
  const environment = openEnvironment(rollout.environment, { env: config.env, cwd });
  const { model, lora, tokenizer } = student;
  const loaded = { model, lora, state: stepper.trained, frozen: stepper.frozen };
  // An episode that fills a training row ends there, and is counted, instead of being left out afterwards.
  const context = Math.min(model.maxPositionEmbeddings, batch.length);
  const policy = keptSession(modelPolicy(executor, loaded, { tokenizer, seed, context }));
  return {
    isDue: (step) => step >= rollout.coldStartSteps && random(seed, SALT, step)() < rollout.share,
    async lot(number, signal) {
      const from = performance.now();
      const episodes = await playLot(number, { environment, policy, rollout, seed, signal });
      const played = performance.now();
      const samples = rolloutSamples(episodes, { lot: number });
      const scored: Lot['batches'][number][] = [];
      for (const one of batches(samples, { ...batch, epoch: number })) {
        scored.push({ batch: one, scores: await teacher.scoreOnce(one, samples, signal) });
      }
      const seconds = { play: (played - from) / 1000, score: (performance.now() - played) / 1000 };
      return { number, episodes, samples, batches: scored, seconds };
    },
    async close() {
      await policy.close();
      await environment.close();
    },
  };
}
