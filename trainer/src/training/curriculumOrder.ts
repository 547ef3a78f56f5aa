import type { Config } from '@deepcoder/config';
import { batches } from '../data/batches.ts';
import type { BatchOptions } from '../data/types.ts';
import type { Sample } from '../data/sample.ts';
import { complexity } from './tokenWeights/complexity.ts';
import { teacherEntropies } from './tokenWeights/teacherEntropy.ts';
import type { Progress } from '../run/progress.ts';
import type { TeacherScorer } from '../scoring/teacherScores.ts';

/**
 * How hard each sample is, for `data.order: curriculum`. Where the teacher's entropy counts, all samples
 * are scored first. The order follows from samples and scores alone, so a resumed run has the same.
 */
export async function curriculumOrder(
  {
    config,
    teacher,
    progress,
  }: { config: Config; teacher: TeacherScorer | null; progress: Progress },
  samples: readonly Sample[],
  batch: Omit<BatchOptions, 'epoch'>,
): Promise<NonNullable<BatchOptions['complexity']>> {
  const weights = config.weights.curriculum.complexity;
  const entropies = new Float64Array(samples.length);
  if (teacher !== null && weights.teacherEntropy > 0) {
    let done = 0;
    for (const one of batches(samples, { ...batch, epoch: 0 })) {
      const { logps, tail } = await teacher.scores(one, samples);
      const cells = { logps, tailLogp: teacher.hasTail ? tail : null };
      const perSlot = teacherEntropies(cells, teacher.k);
      const { sample, count } = one.targets;
      for (let slot = 0; slot < count; slot++) entropies[sample[slot]!]! += perSlot[slot]!;
      progress.advance('score', { done: ++done, total: 0 });
    }
  }
  return (sample, index) => complexity(sample, entropies[index]!, weights);
}
