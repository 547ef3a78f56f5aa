import type { Config } from '@deepcoder/config';
import type { Batch } from '../data/types.ts';
import { ALONE } from '../engine/collective/alone.ts';
import type { Collective } from '../engine/collective/collective.ts';
import { sumOver } from '../engine/collective/together.ts';
import { softensInTraining } from '../losses/temperature.ts';
import { LossMetrics } from './lossMetrics.ts';
import type { LoopParts } from './loopParts.ts';

/** Metrics of the held-out samples of all ranks, with kind weights and without the strategy; empty where there are none. */
export async function evaluate(
  parts: Pick<
    LoopParts,
    'stepper' | 'teacher' | 'evalBatches' | 'evalSamples' | 'metrics' | 'config' | 'progress'
  >,
  {
    signal,
    collective = ALONE,
  }: { signal?: AbortSignal | undefined; collective?: Collective } = {},
): Promise<Record<string, number>> {
  const { stepper, teacher, evalSamples, config, progress } = parts;
  const metrics = new LossMetrics(parts.metrics);
  let done = 0;
  for (const batch of parts.evalBatches()) {
    const scores = (await teacher?.scores(batch, evalSamples, signal)) ?? null;
    const weights = plainWeights(batch, config.weights);
    const temperatures = evaluationTemperatures(config, batch);
    const weighted = { batch, weights, scores, temperatures, dropoutSeed: 0, dropoutFrom: 0 };
    const columns = await stepper.evaluate(weighted, signal);
    metrics.add(columns, batch.targets, weights);
    progress.advance('evaluate', { done: ++done, total: 0 });
  }
  const [all = 0, ...numbers] = await sumOver(collective, [done, ...metrics.numbers()]);
  metrics.take(numbers);
  return all === 0 ? {} : metrics.values('eval');
}

/** One temperature in all evaluations, so that their losses can be compared. */
function evaluationTemperatures(config: Config, { targets }: Batch): Float32Array | null {
  if (!softensInTraining(config)) return null;
  return new Float32Array(targets.index.length).fill(config.loss.temperature.value);
}

function plainWeights({ targets }: Batch, weights: Config['weights']): Float32Array {
  const byCode = [0, weights.reasoning, weights.action, weights.observation, weights.other];
  return Float32Array.from(targets.kind, (kind, slot) =>
    slot < targets.count ? byCode[kind]! * (targets.glue[slot] === 1 ? weights.labels : 1) : 0,
  );
}
