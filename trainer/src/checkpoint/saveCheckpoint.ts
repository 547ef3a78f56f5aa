import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { isGguf } from '@deepcoder/trainer-protocol';
import { ggufTokenizer } from '../gguf/ggufTokenizer.ts';
import { readGguf } from '../gguf/readGguf.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { architectureOf, parameterShapes } from '../model/architectures.ts';
import { systemCode } from '../disk/systemCode.ts';
import { BYTES_PER_FLOAT, type FloatDtype } from './floatFormats.ts';
import { elementCount, known, type TensorSource } from './tensorSource.ts';
import { writeFolderAtomically } from '../disk/writeFolderAtomically.ts';
import { writeSafetensors } from './writeSafetensors.ts';

export interface CheckpointContent {
  config: ModelConfig;
  /** At least the architecture's parameters; a tied `lm_head.weight` is left out. */
  tensors: TensorSource;
  dtype: FloatDtype;
  /** The folder whose tokenizer files are copied along. */
  tokenizerFolder?: string | null;
  maxShardBytes?: number;
}

/** Writes a checkpoint folder whole or not at all; see `writeFolderAtomically` for `existing`. */
export async function saveCheckpoint(
  folder: string,
  content: CheckpointContent,
  options: { existing?: 'refuse' | 'replace' } = {},
): Promise<void> {
  await writeFolderAtomically(folder, (writing) => writeCheckpointFiles(writing, content), options);
}

/** The files of a checkpoint, into a folder that is being written. */
export async function writeCheckpointFiles(
  folder: string,
  { config, tensors, dtype, tokenizerFolder, maxShardBytes = 5e9 }: CheckpointContent,
): Promise<void> {
  const shapes = new Map(Object.entries(parameterShapes(config)));
  await writeShards(folder, inShapes(tensors, shapes), { dtype, maxShardBytes });
  await writeJson(path.join(folder, 'config.json'), configJson(config, dtype));
  await writeJson(path.join(folder, 'generation_config.json'), generationJson(config));
  if (tokenizerFolder != null) await copyTokenizer(tokenizerFolder, folder);
}

/** Keys sorted and indented by two, as the Python side writes them. */
export async function writeJson(file: string, value: Record<string, unknown>): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(file, JSON.stringify(sorted, null, 2) + '\n');
}

/** Everything that a tokenizer of any kind is made of, chat template included, and how pictures are read. */
const TOKENIZER_FILES: readonly string[] = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
  'chat_template.jinja',
  'preprocessor_config.json',
  'processor_config.json',
];

/** Of a folder its files, of a GGUF file what they would be. */
export async function copyTokenizer(from: string, to: string): Promise<void> {
  if (isGguf(from)) {
    const { tokenizer, tokenizerConfig } = ggufTokenizer(readGguf(from));
    await writeFile(path.join(to, 'tokenizer.json'), tokenizer);
    await writeFile(path.join(to, 'tokenizer_config.json'), tokenizerConfig ?? '{}');
    return;
  }
  for (const name of TOKENIZER_FILES) {
    try {
      // Not copyFile: it would keep a read-only mode, and then the copy could not be synced.
      await writeFile(path.join(to, name), await readFile(path.join(from, name)));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

const TORCH_DTYPE: Readonly<Record<FloatDtype, string>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

function configJson(config: ModelConfig, dtype: FloatDtype): Record<string, unknown> {
  const json = architectureOf(config).writeConfig(config);
  return { ...json, torch_dtype: TORCH_DTYPE[dtype], use_cache: true };
}

function generationJson({ bosTokenId, eosTokenIds }: ModelConfig): Record<string, unknown> {
  const ends = eosTokenIds.length > 1 ? eosTokenIds : (eosTokenIds[0] ?? null);
  return { _from_model_config: true, bos_token_id: bosTokenId, eos_token_id: ends };
}

/** The source's parameters with the shapes that the config asks for. */
function inShapes(
  tensors: TensorSource,
  shapes: ReadonlyMap<string, readonly number[]>,
): TensorSource {
  return {
    names: [...shapes.keys()],
    shape: (name) => known(shapes, name),
    read: (name) => tensors.read(name),
  };
}

async function writeShards(
  folder: string,
  tensors: TensorSource,
  { dtype, maxShardBytes }: { dtype: FloatDtype; maxShardBytes: number },
): Promise<void> {
  const bytesOf = (name: string) => elementCount(tensors.shape(name)) * BYTES_PER_FLOAT[dtype];
  const shards = splitShards(tensors.names, bytesOf, maxShardBytes);
  if (shards.length === 1) {
    await writeSafetensors(path.join(folder, 'model.safetensors'), tensors, { dtype });
    return;
  }
  const weightMap: Record<string, string> = {};
  for (const [i, names] of shards.entries()) {
    const shard = `model-${fiveDigits(i + 1)}-of-${fiveDigits(shards.length)}.safetensors`;
    await writeSafetensors(path.join(folder, shard), tensors, { dtype, names });
    for (const name of names) weightMap[name] = shard;
  }
  const totalSize = tensors.names.reduce((sum, name) => sum + bytesOf(name), 0);
  await writeJson(path.join(folder, 'model.safetensors.index.json'), {
    metadata: { total_size: totalSize },
    weight_map: weightMap,
  });
}

/** Neighbours share a shard up to its limit; a tensor above the limit has one of its own. */
function splitShards(
  names: readonly string[],
  bytesOf: (name: string) => number,
  maxShardBytes: number,
): string[][] {
  const shards: string[][] = [];
  let bytes = 0;
  for (const name of names) {
    bytes += bytesOf(name);
    if (shards.length === 0 || bytes > maxShardBytes) {
      shards.push([]);
      bytes = bytesOf(name);
    }
    shards.at(-1)!.push(name);
  }
  return shards;
}

function fiveDigits(n: number): string {
  return String(n).padStart(5, '0');
}
