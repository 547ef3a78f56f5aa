import type { WeightedBatch } from '../scoring/batchInputs.ts';
import type { LoopState } from './loopState.ts';
import type { StepNumbers, StepResult } from './stepper.ts';
import type { LoopParts } from './loopParts.ts';

/** Metrics of one step beside those of its loss. */
export function stepValues(
  { weighting }: LoopParts,
  state: LoopState,
  {
    temperature,
    numbers,
    result,
  }: { temperature: number; numbers: StepNumbers; result: StepResult },
): Record<string, number> {
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

/** T over the slots of a window, to be divided by their number; no slots where T is the same in the whole run. */
export function temperatureSum(window: readonly WeightedBatch[]): { sum: number; count: number } {
  let [sum, count] = [0, 0];
  for (const { batch, temperatures } of window) {
    if (temperatures === null) continue;
    for (let slot = 0; slot < batch.targets.count; slot++) sum += temperatures[slot]!;
    count += batch.targets.count;
  }
  return { sum, count };
}

export interface Speed {
  /** Tokens per second and the wait for batches per step since the last call, and time left as the steps so far took it. */
  values(supervised: number): Record<string, number>;
  /** Waits for what is done between steps, where a run may be paused: that time counts for nothing. */
  leaveOut<T>(work: Promise<T>): Promise<T>;
}

/** Measures from now on. */
export function startSpeed(
  { now: clock, schedule, sampler }: Pick<LoopParts, 'now' | 'schedule' | 'sampler'>,
  state: Pick<LoopState, 'step' | 'tokensSeen'>,
): Speed {
  let leftOutMs = 0;
  const now = (): number => clock() - leftOutMs;
  const began = { at: now(), step: state.step };
  let last = { at: began.at, tokens: state.tokensSeen, step: state.step, dataMs: sampler.timeMs() };
  const values = (supervised: number): Record<string, number> => {
    const at = now();
    const seconds = (at - last.at) / 1000;
    const tokens = state.tokensSeen - last.tokens;
    const dataMs = sampler.timeMs() - last.dataMs;
    const steps = Math.max(1, state.step - last.step);
    last = { at, tokens: state.tokensSeen, step: state.step, dataMs: last.dataMs + dataMs };
    const perStep = (at - began.at) / 1000 / Math.max(1, state.step - began.step);
    return {
      'train/tokens_per_second': tokens / seconds,
      'train/supervised_tokens_per_second': supervised / seconds,
      'train/seconds_left': perStep * (schedule.totalSteps - state.step),
      'train/data_seconds': dataMs / 1000 / steps,
    };
  };
  return {
    values,
    async leaveOut(work) {
      const from = clock();
      const result = await work;
      leftOutMs += clock() - from;
      return result;
    },
  };
}
