export interface LossScaleOptions {
  /** The first scale. */
  initial: number;
  /** Good steps in a row after which the scale doubles. */
  growthInterval: number;
}

/** Plain data, saved with a checkpoint. */
export interface LossScaleState {
  /** What the weights of the loss are multiplied with, and its gradients divided by. */
  scale: number;
  goodSteps: number;
}

/** A scale below 1 would bring back the underflow that scaling is against. */
const LEAST = 1;
/** Beyond this the loss itself may leave the range of f32. */
const MOST = 2 ** 24;

export function firstLossScale({ initial }: LossScaleOptions): LossScaleState {
  return { scale: initial, goodSteps: 0 };
}

/**
 * Dynamic loss scaling (Micikevicius et al. 2018, section 3.2): the scale is halved after a step whose
 * gradients were not finite, down to 1, and doubled after `growthInterval` steps in a row that were.
 */
export function nextLossScale(
  { scale, goodSteps }: LossScaleState,
  { growthInterval }: LossScaleOptions,
  wasTaken: boolean,
): LossScaleState {
  if (!wasTaken) return { scale: Math.max(LEAST, scale / 2), goodSteps: 0 };
  const good = goodSteps + 1;
  if (good < growthInterval) return { scale, goodSteps: good };
  return { scale: scale >= MOST ? scale : scale * 2, goodSteps: 0 };
}

/**
 * Whether a step that was skipped is a fault of the run, to be counted against `max_skipped_steps`. While
 * the scale can still be lowered it is not: a first scale of 65,536 may need several halvings.
 */
export function isFault({ scale }: LossScaleState): boolean {
  return scale <= LEAST;
}
