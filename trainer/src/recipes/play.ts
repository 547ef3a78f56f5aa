import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import type { Executor } from '../engine/program.ts';
import type { Policy } from '../eval/policy.ts';
import { reactText } from '../eval/reactText.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { openRunStudent } from '../training/openRunStudent.ts';
import { readParameters, type Student } from '../student/openStudent.ts';
import { playGames, type PlayedGames } from '../eval/playGames.ts';
import { modelPolicy } from '../inference/players.ts';
import type { Progress } from '../run/progress.ts';
import { uploaded } from '../engine/uploaded.ts';

export interface PlayRequest {
  /** The run's config. */
  config: Config;
  cwd: string;
  checkpoint: string;
  who: 'student' | 'teacher';
  games: number;
  seed: number;
  temperature: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** Lets a run's student play test games beside its teacher, or the teacher alone. */
export async function playRun(request: PlayRequest): Promise<PlayedGames> {
  const { config, cwd, who, seed } = request;
  const { threads } = config.engine;
  const executor = await openRunExecutor({ config, threads, note: () => undefined });
  const teacher = await teacherPolicy(executor, { config, cwd, seed });
  if (who === 'teacher') {
    if (teacher === null) {
      const message = 'play: the run has no teacher (teacher.type: none); play its student';
      throw new DeepCoderError('teacher-none', message, { exitCode: 2 });
    }
    return playGames({ ...request, policy: teacher, teacher: null });
  }
  const student = await openRunStudent(request);
  const policy = studentPolicy(executor, student, seed);
  return playGames({ ...request, policy, teacher });
}

/** Each episode as a trajectory file, with a name that sorts in the order of the games. */
export function episodeFiles({ who, episodes }: PlayedGames): { name: string; text: string }[] {
  const width = String(episodes.length).length;
  return episodes.map((episode, index) => ({
    name: `${who}-${String(index + 1).padStart(width, '0')}-${episode.success ? 'won' : 'lost'}.txt`,
    text: reactText(episode),
  }));
}

function studentPolicy(executor: Executor, student: Student, seed: number): Policy {
  const { model, lora, parameters, tokenizer } = student;
  const frozen = uploaded(executor, parameters);
  return modelPolicy(executor, { model, lora, state: {}, frozen }, { tokenizer, seed });
}

async function teacherPolicy(
  executor: Executor,
  { config, cwd, seed }: { config: Config; cwd: string; seed: number },
): Promise<Policy | null> {
  if (config.teacher.type === 'none' || config.teacher.model === null) return null;
  const folder = path.resolve(cwd, config.teacher.model);
  const checkpoint = await openCheckpoint(folder);
  const tokenizer = await openTokenizer(folder);
  const frozen = uploaded(executor, await readParameters(checkpoint));
  const loaded = { model: checkpoint.config, lora: null, state: {}, frozen };
  return modelPolicy(executor, loaded, { tokenizer, seed });
}
