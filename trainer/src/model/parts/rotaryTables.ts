import type { RotaryValues, TableSize } from '../architecture.ts';
import type { RopeConfig, RopeScaling } from './rope.ts';

export interface RotaryOptions extends RopeConfig {
  headDim: number;
  maxPositionEmbeddings: number;
}

/**
 * Cosines and sines for rotary embeddings, each float32 `[positions, half]`, row-major: entry (p, i) is
 * a cos or a sin of p * f_i with f_i = theta^(-i / half), scaled as the config says, and a = 1 but for
 * yarn and longrope. `half` is half of a head, or of the part of it that turns. Formulas and names are
 * those of transformers' `modeling_rope_utils.py`.
 *
 * What depends on the length of a sequence (dynamic, longrope) goes by `reach`.
 */
export function rotaryTables(
  options: RotaryOptions,
  { positions, reach }: TableSize,
): RotaryValues {
  const { headDim, partialRotaryFactor, ropeScaling } = options;
  const half = Math.floor(headDim * partialRotaryFactor) / 2;
  const frequencies = frequenciesOf(options, { half, reach });
  const scale = attentionFactor(ropeScaling, options);
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let position = 0; position < positions; position++) {
    frequencies.forEach((frequency, index) => {
      cos[position * half + index] = scale * Math.cos(position * frequency);
      sin[position * half + index] = scale * Math.sin(position * frequency);
    });
  }
  return { cos, sin, half };
}

function frequenciesOf(
  { ropeTheta, ropeScaling: scaling, maxPositionEmbeddings }: RotaryOptions,
  { half, reach }: { half: number; reach: number },
): number[] {
  const turning = 2 * half;
  const plain = (theta: number): number[] =>
    Array.from({ length: half }, (_, index) => theta ** ((-2 * index) / turning));
  switch (scaling?.ropeType) {
    case undefined:
      return plain(ropeTheta);
    case 'linear':
      return plain(ropeTheta).map((frequency) => frequency / scaling.factor);
    case 'dynamic': {
      const length = Math.max(reach, maxPositionEmbeddings);
      const stretch = (scaling.factor * length) / maxPositionEmbeddings - (scaling.factor - 1);
      return plain(ropeTheta * stretch ** (turning / (turning - 2)));
    }
    case 'llama3':
      return plain(ropeTheta).map((frequency) => llama3(frequency, scaling));
    case 'yarn':
      return yarn(plain(ropeTheta), { scaling, theta: ropeTheta });
    case 'longrope': {
      const isLong = reach > scaling.originalMaxPositionEmbeddings;
      const factors = isLong ? scaling.longFactor : scaling.shortFactor;
      return plain(ropeTheta).map((frequency, index) => frequency / factors[index]!);
    }
  }
}

type Scaling<Type> = Extract<RopeScaling, { ropeType: Type }>;

/**
 * Leaves wavelengths below original / highFreqFactor, divides those above original / lowFreqFactor, and
 * goes over smoothly between (Llama 3.1).
 */
function llama3(
  frequency: number,
  {
    factor,
    lowFreqFactor,
    highFreqFactor,
    originalMaxPositionEmbeddings: original,
  }: Scaling<'llama3'>,
): number {
  const turns = (original * frequency) / (2 * Math.PI);
  if (turns > highFreqFactor) return frequency;
  if (turns < lowFreqFactor) return frequency / factor;
  const share = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return (1 - share) * (frequency / factor) + share * frequency;
}

/**
 * Divides the frequencies that turn less than betaSlow times in the original context, leaves those that
 * turn more than betaFast times, with a ramp over their indices between (Peng et al. 2023).
 */
function yarn(
  plain: readonly number[],
  { scaling, theta }: { scaling: Scaling<'yarn'>; theta: number },
): number[] {
  const { factor, betaFast, betaSlow, truncate, originalMaxPositionEmbeddings } = scaling;
  const turning = 2 * plain.length;
  const indexAt = (turns: number): number =>
    (turning * Math.log(originalMaxPositionEmbeddings / (turns * 2 * Math.PI))) /
    (2 * Math.log(theta));
  const [fast, slow] = [indexAt(betaFast ?? 32), indexAt(betaSlow ?? 1)];
  const low = Math.max(truncate ? Math.floor(fast) : fast, 0);
  const high = Math.min(truncate ? Math.ceil(slow) : slow, turning - 1);
  const width = low === high ? 0.001 : high - low;
  return plain.map((frequency, index) => {
    const share = Math.min(1, Math.max(0, (index - low) / width));
    return (frequency / factor) * share + frequency * (1 - share);
  });
}

/** What cosines and sines are multiplied by. */
function attentionFactor(
  scaling: RopeScaling | null,
  { maxPositionEmbeddings }: Pick<RotaryOptions, 'maxPositionEmbeddings'>,
): number {
  if (scaling?.ropeType === 'yarn') return yarnFactor(scaling);
  if (scaling?.ropeType !== 'longrope') return 1;
  const original = scaling.originalMaxPositionEmbeddings;
  const factor = scaling.factor ?? maxPositionEmbeddings / original;
  const suggested = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  return scaling.attentionFactor ?? suggested;
}

function yarnFactor({ factor, attentionFactor, mscale, mscaleAllDim }: Scaling<'yarn'>): number {
  const scaleBy = (by: number): number => (factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1);
  if (attentionFactor !== null) return attentionFactor;
  if (mscale !== null && mscaleAllDim !== null) return scaleBy(mscale) / scaleBy(mscaleAllDim);
  return scaleBy(1);
}
