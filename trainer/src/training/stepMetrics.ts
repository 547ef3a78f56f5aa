import type { Config } from '@deepcoder/config';
import type { WeightedBatch } from '../scoring/batchInputs.ts';
import type { LoopState } from './loopState.ts';
import type { StepNumbers, StepResult } from './stepper.ts';
import type { LoopParts } from './loopParts.ts';

/** Metrics of one step beside those of its loss. */
export function stepValues(
  { config, weighting }: LoopParts,
  state: LoopState,
  {
    window,
    numbers,
    result,
  }: { window: WeightedBatch[]; numbers: StepNumbers; result: StepResult },
): Record<string, number> {
  const temperature = meanTemperature(config, window);
  const inForce = weighting.inForce();
  return {
    'train/learning_rate': numbers.learningRate,
    'train/temperature': temperature,
    'train/grad_norm': result.gradNorm,
    'train/grad_norm_clipped': Math.min(result.gradNorm, numbers.maxGradNorm),
    'train/loss_scale': 1 / numbers.gradientScale,
    'train/skipped_steps': state.skipped,
    'train/weight/reasoning': inForce.reasoning,
    'train/weight/action': inForce.action,
    'train/memory_bytes': process.memoryUsage().rss,
  };
}

/** T over the slots of a window. */
function meanTemperature(config: Config, window: readonly WeightedBatch[]): number {
  let sum = 0;
  let count = 0;
  for (const { batch, temperatures } of window) {
    if (temperatures === null) return config.loss.temperature.value;
    for (let slot = 0; slot < batch.targets.count; slot++) sum += temperatures[slot]!;
    count += batch.targets.count;
  }
  return sum / Math.max(1, count);
}

/** Tokens per second and time left, over the steps since the last call. */
export function startSpeed(
  { now, schedule, sampler }: LoopParts,
  state: LoopState,
): (supervised: number) => Record<string, number> {
  const began = { at: now(), step: state.step };
  let last = { at: began.at, tokens: state.tokensSeen };
  return (supervised) => {
    const at = now();
    const seconds = (at - last.at) / 1000;
    const tokens = state.tokensSeen - last.tokens;
    last = { at, tokens: state.tokensSeen };
    const perStep = (at - began.at) / 1000 / Math.max(1, state.step - began.step);
    return {
      'train/tokens_per_second': tokens / seconds,
      'train/supervised_tokens_per_second': supervised / seconds,
      'train/seconds_left': perStep * (schedule.totalSteps - state.step),
      'train/data_seconds': sampler.timeMs() / 1000,
    };
  };
}
