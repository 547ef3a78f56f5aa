import { DeepCoderError } from '@deepcoder/config';
import { batches, batchesPerEpoch } from '../data/batches.ts';
import type { Sample } from '../data/sample.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { prepareRun, type PrepareOptions } from '../training/prepareRun.ts';
import { openTeacher } from '../scoring/teacherScores.ts';

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
  if (config.teacher.type === 'none') {
    throw new DeepCoderError(
      'teacher-none',
      'teacher.type: is none, so there is nothing to score; name a teacher in teacher.model',
      { exitCode: 2 },
    );
  }
  const { student, data, batch } = await prepareRun(options);
  const { threads } = config.engine;
  const executor = await openRunExecutor({ config, threads, note: () => undefined });
  const teacher = (await openTeacher({ config, cwd, executor, student, note: progress.say }))!;
  const parts: readonly (readonly Sample[])[] = [data.train, data.eval];
  const order = { ...batch, epoch: 0 };
  const total = parts.reduce((sum, samples) => sum + batchesPerEpoch(samples, order), 0);
  let done = 0;
  try {
    for (const samples of parts) {
      for (const made of batches(samples, order)) {
        signal?.throwIfAborted();
        await teacher.scores(made, samples);
        progress.advance('score', { done: ++done, total });
      }
    }
  } finally {
    await teacher.flush();
  }
  const { tokens, ms } = teacher.work();
  const { cache } = config.teacher;
  return { samples: data.train.length + data.eval.length, tokens, seconds: ms / 1000, cache };
}
