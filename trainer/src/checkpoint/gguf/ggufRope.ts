import { closeSync, openSync, readSync } from 'node:fs';
import { ggufError } from '../../gguf/ggufError.ts';
import { lookup } from '../../gguf/ggufMetadata.ts';
import type { DecoderConfig } from '../../model/parts/decoderConfig.ts';
import type { GgufFile, GgufTensor } from '../../gguf/readGguf.ts';

/** `rope_scaling` of the `config.json`; null where frequencies are as they come. */
export function ropeScalingOf(file: GgufFile): Record<string, unknown> | null {
  const meta = lookup(file);
  const architecture = meta.neededText('general.architecture');
  const frequencies = file.tensors.get('rope_freqs.weight');
  if (frequencies !== undefined) return llama3Scaling(file, frequencies);
  const type = meta.text(`${architecture}.rope.scaling.type`);
  if (type === null || type === 'none') return null;
  const factor = meta.number(`${architecture}.rope.scaling.factor`) ?? 1;
  const original = meta.number(`${architecture}.rope.scaling.original_context_length`);
  return {
    rope_type: type,
    factor,
    ...(original !== null && { original_max_position_embeddings: original }),
  };
}

/** Those of Llama 3.1 and 3.2; the file keeps what they come to and not the numbers themselves. */
const LLAMA_3 = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };
const TOLERANCE = 1e-3;

/**
 * llama.cpp writes the divisor of each frequency. The longest wave is divided by the whole factor; with it the others
 * must come out as Llama 3's rule has them.
 */
function llama3Scaling(file: GgufFile, tensor: GgufTensor): Record<string, unknown> {
  const divisors = readFloats(file, tensor);
  const factor = Math.round(divisors.at(-1) ?? 1);
  const meta = lookup(file);
  const theta = meta.number('llama.rope.freq_base') ?? 10_000;
  const fits = divisors.every((divisor, i) => {
    const wavelength = 2 * Math.PI * theta ** (i / divisors.length);
    return Math.abs(divisor - llama3Divisor(wavelength, factor)) <= TOLERANCE * divisor;
  });
  if (fits) return { rope_type: 'llama3', factor, ...LLAMA_3 };
  throw ggufError(
    'gguf-metadata',
    file.path,
    'its "rope_freqs.weight" are not those of Llama 3; take the original model instead',
  );
}

function llama3Divisor(wavelength: number, factor: number): number {
  const { low_freq_factor: low, high_freq_factor: high } = LLAMA_3;
  const turns = LLAMA_3.original_max_position_embeddings / wavelength;
  if (turns > high) return 1;
  if (turns < low) return factor;
  const smooth = (turns - low) / (high - low);
  return 1 / ((1 - smooth) / factor + smooth);
}

/** What llama.cpp divides frequencies by, for a model with Llama 3's scaling; null for others. */
export function llama3Divisors({
  headDim,
  ropeTheta,
  ropeScaling: scaling,
}: Pick<DecoderConfig, 'headDim' | 'ropeTheta' | 'ropeScaling'>): Float32Array | null {
  if (scaling?.ropeType !== 'llama3') return null;
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
  const half = headDim / 2;
  return Float32Array.from({ length: half }, (_, i) => {
    const turns = originalMaxPositionEmbeddings / (2 * Math.PI * ropeTheta ** (i / half));
    if (turns > highFreqFactor) return 1;
    if (turns < lowFreqFactor) return factor;
    const smooth = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

function readFloats({ path }: GgufFile, { start, end, type }: GgufTensor): number[] {
  if (type.name !== 'F32') {
    throw ggufError('gguf-metadata', path, `"rope_freqs.weight" is ${type.name}, not F32`);
  }
  const bytes = Buffer.alloc(end - start);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, bytes, 0, bytes.length, start);
  } finally {
    closeSync(fd);
  }
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}
