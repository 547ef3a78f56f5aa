import type { ModelConfig, RopeScaling } from './modelConfig.ts';

/**
 * Cosines and sines for rotary embeddings, each float32 `[positions, headDim / 2]`, row-major:
 * entry (p, i) is cos or sin of p * f_i with f_i = theta^(-2 i / headDim), scaled as the config says.
 */
export function rotaryTables(
  { headDim, ropeTheta, ropeScaling }: ModelConfig,
  positions: number,
): { cos: Float32Array; sin: Float32Array; half: number } {
  const half = headDim / 2;
  const frequencies = Array.from({ length: half }, (_, index) =>
    scaled(ropeTheta ** ((-2 * index) / headDim), ropeScaling),
  );
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let position = 0; position < positions; position++) {
    frequencies.forEach((frequency, index) => {
      cos[position * half + index] = Math.cos(position * frequency);
      sin[position * half + index] = Math.sin(position * frequency);
    });
  }
  return { cos, sin, half };
}

/**
 * `linear` divides every frequency by the factor. `llama3` leaves wavelengths below
 * original / highFreqFactor, divides those above original / lowFreqFactor, and goes over smoothly between.
 */
function scaled(frequency: number, scaling: RopeScaling | null): number {
  if (scaling === null) return frequency;
  if (scaling.ropeType === 'linear') return frequency / scaling.factor;
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
  const turns = (originalMaxPositionEmbeddings * frequency) / (2 * Math.PI);
  if (turns > highFreqFactor) return frequency;
  if (turns < lowFreqFactor) return frequency / factor;
  const share = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return (1 - share) * (frequency / factor) + share * frequency;
}
