import type { DeviceTensors, Executor } from '../engine/program.ts';
import type { Policy } from '../eval/policy.ts';
import { writePlayRecord } from '../run/playRecord.ts';
import type { LoopState } from './loopState.ts';
import type { Student } from '../student/openStudent.ts';
import { type LoadedModel, modelPolicy } from '../inference/players.ts';
import {
  type PlayedGames,
  playFile,
  playGames,
  playMetrics,
  playRow,
  type PlayRow,
} from '../eval/playGames.ts';
import type { LoopParts } from './loopParts.ts';

/** Seed of the games that are played around training: not those that a run's own seed would give. */
export const GAMES_SEED = 7;

/** Who plays once a run is over: the teacher, the student as it was before the first step, and as it is now. */
export type PlayAfter = (state: LoopState) => Promise<readonly PlayRow[]>;

export interface PlayingOptions {
  executor: Executor;
  /** The student as it was before the first step, made anew. */
  untrained: () => Promise<Pick<Student, 'parameters'>>;
  /** Breaks games off: what is being played rejects. */
  signal: AbortSignal;
}

export function openPlaying(
  parts: LoopParts,
  { executor, untrained, signal }: PlayingOptions,
): PlayAfter {
  const { config, student, stepper, teacher, progress, run, now } = parts;
  const { model, lora, tokenizer } = student;
  const { trained, frozen } = stepper;
  const policyOf = (loaded: LoadedModel): Policy =>
    modelPolicy(executor, loaded, { tokenizer, seed: config.run.seed });
  const adviser =
    teacher && policyOf({ model: teacher.model, lora: null, state: {}, frozen: teacher.weights });
  const common = { games: config.eval.games, seed: GAMES_SEED, progress, signal };
  const playStudent = (who: string, state: DeviceTensors): Promise<PlayedGames> => {
    const policy = policyOf({ model, lora, state, frozen });
    return playGames({ policy, teacher: adviser, ...common, who });
  };

  return async ({ step, tokensSeen }) => {
    const rows: PlayRow[] = [];
    if (adviser !== null) {
      const player = { policy: adviser, teacher: null, ...common };
      rows.push(playRow(await playGames({ ...player, who: 'teacher' })));
    }
    const first = firstWeights(executor, trained, await untrained());
    rows.push(playRow(await playStudent('student before', first)));
    for (const tensor of Object.values(first)) tensor.dispose();
    const after = await playStudent('student after', trained);
    rows.push(playRow(after));
    run.metrics({ step, tokensSeen, time: now() / 1000, values: playMetrics(after) });
    await writePlayRecord(run.folder, playFile(rows, after));
    return rows;
  };
}

function firstWeights(
  executor: Executor,
  trained: DeviceTensors,
  { parameters }: Pick<Student, 'parameters'>,
): DeviceTensors {
  const names = Object.keys(trained);
  return Object.fromEntries(names.map((name) => [name, executor.tensor(parameters[name]!)]));
}
