import type { Config } from '@deepcoder/config';
import type { Batch } from '../data/types.ts';
import { softensInTraining, temperaturesAt } from '../losses/temperature.ts';
import type { BatchScores, WeightedBatch } from '../scoring/batchInputs.ts';
import type { LoopParts } from './loopParts.ts';
import { normalisedEntropies } from './tokenWeights/teacherEntropy.ts';

/** A micro-batch with w(t) of each slot, before they are divided by their sum over the window. */
export function weighBatch(
  { config, teacher, weighting }: Pick<LoopParts, 'config' | 'teacher' | 'weighting'>,
  { batch, scores, progress }: { batch: Batch; scores: BatchScores | null; progress: number },
): Omit<WeightedBatch, 'dropoutSeed'> {
  const teacherEntropy =
    scores &&
    normalisedEntropies(
      { logps: scores.logps, tailLogp: teacher!.hasTail ? scores.tail : null },
      teacher!.k,
    );
  const weights = weighting.weigh(batch.targets, { progress, teacherEntropy });
  const temperatures = temperaturesFor(config, { progress, teacherEntropy });
  return { batch, weights, scores, temperatures };
}

function temperaturesFor(
  config: Config,
  at: { progress: number; teacherEntropy: Float32Array | null },
): Float32Array | null {
  const { progress, teacherEntropy } = at;
  if (!softensInTraining(config) || teacherEntropy === null) return null;
  return temperaturesAt(config.loss.temperature, { progress, teacherEntropy });
}
