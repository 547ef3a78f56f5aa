import { type Config, DeepCoderError, givesScores } from '@deepcoder/config';
import { batches, batchesPerEpoch } from '../data/batches.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { prepareRun, type PrepareOptions } from '../training/prepareRun.ts';
import { openTeacher } from '../scoring/openTeacher.ts';

export interface Scored {
  /** Samples that have scores now. */
  samples: number;
  /** Tokens that the teacher read; 0 where everything was in the cache. */
  tokens: number;
  seconds: number;
  cache: string;
}

/**
 * Puts the teacher's scores of all samples into the cache. What is there already is kept, so a call that
 * was broken off goes on where it stopped.
 */
export async function scoreData(options: PrepareOptions): Promise<Scored> {
  const { config, cwd, progress, signal } = options;
  if (!givesScores(config.teacher.type)) throw noScores(config);
  const { student, data, batch } = await prepareRun(options);
  const { threads } = config.engine;
  const executor = await openRunExecutor({ config, threads, note: () => undefined });
  const note = progress.say;
  const parts = [data.train, data.eval];
  const samples = parts.flat();
  const teacher = await openTeacher({
    config,
    cwd,
    executor,
    student,
    samples,
    shape: batch,
    note,
  });
  if (teacher === null) throw noScores(config);
  const order = { ...batch, epoch: 0 };
  const total = parts.reduce((sum, samples) => sum + batchesPerEpoch(samples, order), 0);
  let done = 0;
  try {
    for (const samples of parts) {
      const onBatch = (): void => progress.advance('score', { done: ++done, total });
      await teacher.fill(batches(samples, order), samples, { signal, onBatch });
    }
  } finally {
    await teacher.close();
  }
  const { tokens, ms } = teacher.work();
  const { cache } = config.teacher;
  return { samples: data.train.length + data.eval.length, tokens, seconds: ms / 1000, cache };
}

function noScores({ teacher: { type } }: Config): DeepCoderError {
  const cure =
    type === 'openai'
      ? 'a chat service gives no scores: deepcoder generate has it write trajectories'
      : 'name a teacher in teacher.model';
  const message = `teacher.type: is ${type}, so there is nothing to score; ${cure}`;
  return new DeepCoderError('teacher-none', message, { exitCode: 2 });
}
