export interface ScheduleOptions {
  learningRate: number;
  type: 'cosine' | 'linear' | 'constant';
  warmupSteps: number;
  totalSteps: number;
}

/**
 * Learning rate of a step, counted from 0: a straight line up over the warm-up, whose last step has the
 * full rate, then half a cosine or a straight line down to 0 at `totalSteps`, or no change.
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { learningRate, type, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (type === 'constant') return learningRate;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  const share = type === 'linear' ? 1 - progress : 0.5 * (1 + Math.cos(Math.PI * progress));
  return learningRate * share;
}
