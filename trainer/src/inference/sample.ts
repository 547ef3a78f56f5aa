export interface SamplingOptions {
  /** 0: the most probable token (greedy). */
  temperature: number;
  /** Nucleus: the smallest set of tokens with at least this mass (Holtzman et al. 2020); 1 for all. */
  topP: number;
  /** Uniform numbers in [0, 1). */
  uniform: () => number;
}

/**
 * Picks a token from logits.
 *
 * @param logits `[V]`
 * @throws where a logit is NaN
 */
export function sampleToken(logits: Float32Array, options: SamplingOptions): number {
  const best = argMax(logits);
  if (options.temperature === 0) return best;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    weights[i] = Math.exp((logits[i]! - logits[best]!) / options.temperature);
    total += weights[i]!;
  }
  if (options.topP >= 1) return pick(weights, total * options.uniform());
  return pickNucleus(weights, total, options);
}

/** The first of the largest; throws where one is NaN. */
export function argMax(values: Float32Array): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) throw new Error(`logit ${i} is NaN`);
    if (values[i]! > values[best]!) best = i;
  }
  return best;
}

function pick(weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    sum += weights[i]!;
    last = i;
    if (sum > target) return i;
  }
  // Rounding may leave the target just above the sum.
  return last;
}

function pickNucleus(
  weights: Float64Array,
  total: number,
  { topP, uniform }: SamplingOptions,
): number {
  const order = Array.from(weights, (_, index) => index).sort((a, b) => weights[b]! - weights[a]!);
  let mass = 0;
  let count = 0;
  while (count < order.length && (count === 0 || mass < topP * total))
    mass += weights[order[count++]!]!;
  const target = mass * uniform();
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += weights[order[i]!]!;
    if (sum > target) return order[i]!;
  }
  return order[count - 1]!;
}
