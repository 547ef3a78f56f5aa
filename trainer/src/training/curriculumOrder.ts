import type { Config } from '@deepcoder/config';
import type { Ranks } from '../engine/collective/ranks.ts';
import { sumOver } from '../engine/collective/together.ts';
import { batches } from '../data/batches.ts';
import type { BatchOptions } from '../data/types.ts';
import type { Sample } from '../data/sample.ts';
import { complexity } from './tokenWeights/complexity.ts';
import { teacherEntropies } from './tokenWeights/teacherEntropy.ts';
import type { Progress } from '../run/progress.ts';
import type { Teacher } from '../scoring/openTeacher.ts';

/**
 * How hard each sample is, for `data.order: curriculum`. Where the teacher's entropy counts, all samples
 * are scored first, by each rank its share. The order follows from samples and scores alone, so a resumed run has the same.
 */
export async function curriculumOrder(
  {
    config,
    teacher,
    progress,
    ranks: { collective },
  }: { config: Config; teacher: Teacher | null; progress: Progress; ranks: Ranks },
  samples: readonly Sample[],
  batch: Omit<BatchOptions, 'epoch'>,
): Promise<NonNullable<BatchOptions['complexity']>> {
  const weights = config.weights.curriculum.complexity;
  let entropies = Array<number>(samples.length).fill(0);
  if (teacher !== null && weights.teacherEntropy > 0) {
    let done = 0;
    const { rank, size } = collective;
    let index = 0;
    for (const one of batches(samples, { ...batch, epoch: 0 })) {
      if (index++ % size !== rank) continue;
      const { logps, tail } = await teacher.scores(one, samples);
      const cells = { logps, tailLogp: teacher.hasTail ? tail : null };
      const perSlot = teacherEntropies(cells, teacher.k);
      const { sample, count } = one.targets;
      for (let slot = 0; slot < count; slot++) entropies[sample[slot]!]! += perSlot[slot]!;
      progress.advance('score', { done: ++done, total: 0 });
    }
    entropies = await sumOver(collective, entropies);
  }
  return (sample, index) => complexity(sample, entropies[index]!, weights);
}
