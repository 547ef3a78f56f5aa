import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { diskError } from '../../disk/diskError.ts';
import { makeFolder } from '../../disk/makeFolder.ts';
import { aligned, encodeGguf, type MetadataValue } from '../../gguf/encodeGguf.ts';
import { GGML_TYPES } from '../../gguf/ggmlTypes.ts';
import { tokenizerMetadata } from '../../gguf/tokenizerMetadata.ts';
import type { DecoderConfig } from '../../model/parts/decoderConfig.ts';
import type { ModelConfig } from '../../model/modelConfig.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { elementCount, type TensorSource } from '../tensorSource.ts';
import { GGUF_FAMILY_NAMES, ggufFamilyOf, ggufName, type GgufFamily } from './ggufFamilies.ts';
import { llama3Divisors } from './ggufRope.ts';
import { BLOCK, QUANTISE, type WrittenType } from './quantise.ts';
import { headRows } from './headRows.ts';

export interface GgufContent {
  name: string;
  config: ModelConfig;
  tensors: TensorSource;
  tokenizer: Tokenizer;
  type: WrittenType;
}

/** `llama_ftype`: what most of a file's tensors are. */
const FILE_TYPES: Readonly<Record<WrittenType, number>> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 };

interface Planned {
  /** Its name on the Hub; null: `values` are given. */
  parameter: string | null;
  values: Float32Array | null;
  name: string;
  shape: readonly number[];
  type: WrittenType;
  heads: number | null;
}

/**
 * Writes a model as one GGUF file of version 3, with its tokenizer and chat template, tensor by tensor. Vectors stay
 * f32; with Q4_0 embedding and head are Q8_0, and what does not come in whole blocks is f16.
 *
 * @throws DeepCoderError for families and tokenizers that are not written
 */
export async function saveGguf(file: string, content: GgufContent): Promise<void> {
  const { config, tensors, tokenizer } = content;
  const family = familyOf(config);
  const plan = planned(content, family);
  const metadata = { ...modelMetadata(content), ...tokenizerMetadata(tokenizer, config.vocabSize) };
  const entries = plan.map(({ name, shape, type }) => ({
    ...{ name, shape, type: typeNumber(type), bytes: bytesOf(shape, type) },
  }));
  const writing = `${file}.writing`;
  try {
    await makeFolder(path.dirname(file));
    const handle = await open(writing, 'w');
    try {
      await handle.writeFile(encodeGguf(metadata, entries));
      for (const one of plan) await handle.writeFile(await dataOf(one, tensors));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(writing, file);
  } catch (error) {
    await rm(writing, { force: true });
    throw diskError(file, error);
  }
}

function familyOf(config: ModelConfig): GgufFamily {
  const family = ggufFamilyOf(config.modelType);
  const trouble = family === null ? '' : unsaid(config as DecoderConfig);
  if (family !== null && trouble === null) return family;
  throw new DeepCoderError(
    'export-family',
    `export: a ${config.modelType}${trouble ?? ''} is not written as GGUF; ${GGUF_FAMILY_NAMES.join(', ')} are: export to hf, and convert that with llama.cpp's own program`,
    { exitCode: 2 },
  );
}

/** What llama.cpp has no place for in a family that it knows; null: nothing. */
function unsaid(config: DecoderConfig): string | null {
  const { modelType, numAttentionHeads, headDim, hiddenSize } = config;
  const { attentionBias, mlpBias } = config as { attentionBias?: boolean; mlpBias?: boolean };
  if (modelType === 'llama' && (attentionBias === true || mlpBias === true)) return ' with biases';
  const isWide = modelType === 'qwen2' && numAttentionHeads * headDim !== hiddenSize;
  return isWide ? ' whose heads are not as wide as its hidden states together' : null;
}

function planned({ config, tensors, type }: GgufContent, family: GgufFamily): Planned[] {
  const { numAttentionHeads, numKeyValueHeads } = config as DecoderConfig;
  const plan = tensors.names.map((parameter): Planned => {
    const name = ggufName(parameter, family);
    if (name === null) throw new Error(`${parameter} has no name in llama.cpp`);
    const [, part] = /\.attn_([qk])\.weight$/.exec(name) ?? [];
    const heads = part === 'q' ? numAttentionHeads : numKeyValueHeads;
    const shape = tensors.shape(parameter);
    return {
      ...{ parameter, values: null, name, shape, type: typeOf(name, shape, type) },
      heads: family.isPermuted && part !== undefined ? heads : null,
    };
  });
  const divisors = llama3Divisors(config as DecoderConfig);
  if (divisors === null) return plan;
  const rope = { parameter: null, values: divisors, shape: [divisors.length], heads: null };
  return [...plan, { ...rope, name: 'rope_freqs.weight', type: 'F32' }];
}

function typeOf(name: string, shape: readonly number[], asked: WrittenType): WrittenType {
  if (shape.length < 2 || asked === 'F32') return 'F32';
  if (asked === 'F16' || shape.at(-1)! % BLOCK !== 0) return 'F16';
  return /^(token_embd|output)\./.test(name) ? 'Q8_0' : asked;
}

function typeNumber(type: WrittenType): number {
  const [number] = [...GGML_TYPES].find(([, { name }]) => name === type)!;
  return number;
}

function bytesOf(shape: readonly number[], type: WrittenType): number {
  const { values, bytes } = GGML_TYPES.get(typeNumber(type))!;
  return (elementCount(shape) / values) * bytes;
}

/** The bytes of a tensor, padded. */
async function dataOf(
  { parameter, values, shape, type, heads }: Planned,
  tensors: TensorSource,
): Promise<Uint8Array> {
  const read = values ?? (await tensors.read(parameter!));
  const rows = shape[0]!;
  const data = QUANTISE[type](heads === null ? read : headRows(read, { rows, heads, to: 'gguf' }));
  const padded = new Uint8Array(aligned(data.length));
  padded.set(data);
  return padded;
}

function modelMetadata({ name, config, type }: GgufContent): Record<string, MetadataValue> {
  const own = config as DecoderConfig;
  const { modelType: architecture } = config;
  const key = (text: string): string => `${architecture}.${text}`;
  return {
    'general.architecture': { text: architecture },
    'general.name': { text: name },
    'general.file_type': { u32: FILE_TYPES[type] },
    'general.quantization_version': { u32: 2 },
    [key('vocab_size')]: { u32: own.vocabSize },
    [key('context_length')]: { u32: own.maxPositionEmbeddings },
    [key('embedding_length')]: { u32: own.hiddenSize },
    [key('block_count')]: { u32: own.numHiddenLayers },
    [key('feed_forward_length')]: { u32: own.intermediateSize },
    [key('attention.head_count')]: { u32: own.numAttentionHeads },
    [key('attention.head_count_kv')]: { u32: own.numKeyValueHeads },
    [key('attention.key_length')]: { u32: own.headDim },
    [key('attention.value_length')]: { u32: own.headDim },
    [key('attention.layer_norm_rms_epsilon')]: { f32: own.rmsNormEps },
    [key('rope.dimension_count')]: { u32: own.headDim },
    [key('rope.freq_base')]: { f32: own.ropeTheta },
    ...ropeMetadata(own, key),
  };
}

function ropeMetadata(
  { ropeScaling: scaling }: DecoderConfig,
  key: (text: string) => string,
): Record<string, MetadataValue> {
  if (scaling === null || scaling.ropeType === 'llama3') return {};
  if (scaling.ropeType !== 'linear' && scaling.ropeType !== 'yarn') {
    throw new DeepCoderError(
      'export-rope',
      `export: positions that are scaled by ${scaling.ropeType} are not written as GGUF; export to hf`,
      { exitCode: 2 },
    );
  }
  return {
    [key('rope.scaling.type')]: { text: scaling.ropeType },
    [key('rope.scaling.factor')]: { f32: scaling.factor },
    ...(scaling.ropeType === 'yarn' && {
      [key('rope.scaling.original_context_length')]: { u32: scaling.originalMaxPositionEmbeddings },
    }),
  };
}
