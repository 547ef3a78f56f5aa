import type { Executor } from '../engine/program.ts';
import { readPlayRecord, writePlayRecord } from '../run/playRecord.ts';
import type { LoopState } from './loopState.ts';
import { modelPolicy } from './players.ts';
import { playFile, playGames, playMetrics, playRow, type PlayRow } from './playGames.ts';
import type { LoopParts } from './trainLoop.ts';

/** Seed of the games that are played around training: not those that a run's own seed would give. */
export const GAMES_SEED = 7;

const BEFORE = 'student before';

/** Playing around a training run: the student before the first step, teacher and student after the last. */
export interface Playing {
  before(): Promise<PlayRow>;
  after(state: LoopState): Promise<readonly PlayRow[]>;
}

/** @param signal breaks games off: what is being played rejects */
export function openPlaying(
  parts: LoopParts,
  executor: Executor,
  signal: AbortSignal | undefined,
): Playing {
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
  const common = { games: config.eval.games, seed: GAMES_SEED, progress, signal };
  const asStudent = { policy: studentPolicy, teacher: teacherPolicy, ...common };

  return {
    async before() {
      const played = await playGames({ ...asStudent, who: BEFORE });
      const row = playRow(played);
      // Kept in the run's folder, for a run that is broken off and goes on later.
      await writePlayRecord(run.folder, playFile([row], played));
      return row;
    },
    async after({ step, tokensSeen }) {
      const earlier = (await readPlayRecord(run.folder))?.rows ?? [];
      const rows: PlayRow[] = [];
      if (teacherPolicy !== null) {
        const player = { policy: teacherPolicy, teacher: null, ...common };
        rows.push(playRow(await playGames({ ...player, who: 'teacher' })));
      }
      rows.push(...earlier.filter(({ who }) => who === BEFORE));
      const after = await playGames({ ...asStudent, who: 'student after' });
      rows.push(playRow(after));
      run.metrics({ step, tokensSeen, time: now() / 1000, values: playMetrics(after) });
      await writePlayRecord(run.folder, playFile(rows, after));
      return rows;
    },
  };
}
