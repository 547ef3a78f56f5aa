import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatPlayFile } from '@deepcoder/trainer-protocol';
import type { Executor } from '../engine/program.ts';
import type { LoopState } from './loopState.ts';
import { modelPolicy } from './players.ts';
import { playFile, playGames, type PlayedGames, playMetrics } from './playGames.ts';
import type { LoopParts } from './trainLoop.ts';

/** Seed of the games that are played around training: not those that a run's own seed would give. */
const GAMES_SEED = 7;

/** Playing around a training run: teacher and student before the first step, the student after the last. */
export interface Playing {
  before(): Promise<void>;
  after(state: LoopState): Promise<PlayedGames[]>;
}

export function openPlaying(parts: LoopParts, executor: Executor): Playing {
  const { config, student, stepper, teacher, progress, run, now } = parts;
  const { tokenizer } = student;
  const options = { tokenizer, seed: config.run.seed };
  const { trained, frozen } = stepper;
  const loaded = { model: student.model, lora: student.lora, state: trained, frozen };
  const studentPolicy = modelPolicy(executor, loaded, options);
  const teacherPolicy =
    teacher &&
    modelPolicy(
      executor,
      { model: teacher.model, lora: null, state: {}, frozen: teacher.weights },
      options,
    );
  const common = { games: config.eval.games, seed: GAMES_SEED, progress };
  const before: PlayedGames[] = [];

  return {
    async before() {
      const player = { policy: studentPolicy, teacher: teacherPolicy, ...common };
      before.push(await playGames({ ...player, who: 'student before' }));
    },
    async after({ step, tokensSeen }) {
      const players: PlayedGames[] = [];
      if (teacherPolicy !== null) {
        const player = { policy: teacherPolicy, teacher: null, ...common };
        players.push(await playGames({ ...player, who: 'teacher' }));
      }
      players.push(...before);
      const player = { policy: studentPolicy, teacher: teacherPolicy, ...common };
      const after = await playGames({ ...player, who: 'student after' });
      players.push(after);
      run.metrics({ step, tokensSeen, time: now() / 1000, values: playMetrics(after) });
      await writeFile(path.join(run.folder, 'play.json'), formatPlayFile(playFile(players)));
      return players;
    },
  };
}
