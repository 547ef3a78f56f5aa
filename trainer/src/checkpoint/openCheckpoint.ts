import path from 'node:path';
import { isGguf } from '@deepcoder/trainer-protocol';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { Architecture } from '../model/architecture.ts';
import { parameterShapes } from '../model/architectures.ts';
import { checkpointError, faultsMessage } from './checkpointError.ts';
import { isFloatDtype, openSafetensors, type SafetensorsFile } from './openSafetensors.ts';
import { openGguf } from './gguf/openGguf.ts';
import { parseModelConfig, readJsonObject, readModelConfig } from './readModelConfig.ts';
import { isRecord } from './safetensorsHeader.ts';
import { known, type TensorSource } from './tensorSource.ts';
import { standingFolder } from '../disk/writeFolderAtomically.ts';
import { isThere } from '../disk/isThere.ts';

export interface Checkpoint extends TensorSource {
  readonly folder: string;
  readonly config: ModelConfig;
  /** One parameter, streamed; refuses NaN and infinities. */
  read(name: string): Promise<Float32Array>;
}

/**
 * Opens a folder in the Hugging Face layout, or a GGUF file. All headers are checked against `config.json` here, so that
 * `names` are exactly the architecture's parameters (without a tied head); weights are read one by one.
 */
export async function openCheckpoint(named: string): Promise<Checkpoint> {
  const opened = isGguf(named) ? openGgufFile(named) : await openFolder(named);
  const { folder, config, architecture, files } = opened;
  const shapes = new Map(Object.entries(parameterShapes(config)));
  const stored = byParameter(files, { architecture, shapes });
  refuseMisfits(folder, { config, architecture, shapes }, stored);
  return {
    folder,
    config,
    names: [...shapes.keys()],
    shape: (name) => known(shapes, name),
    read: (name) => {
      const { file, name: storedName } = known(stored, name);
      return file.read(storedName);
    },
  };
}

interface Opened {
  folder: string;
  config: ModelConfig;
  architecture: Architecture;
  /** By the name of each tensor. */
  files: ReadonlyMap<string, TensorFile>;
}

async function openFolder(named: string): Promise<Opened> {
  const folder = await standingFolder(named);
  return { folder, ...(await readModelConfig(folder)), files: await openShards(folder) };
}

function openGgufFile(file: string): Opened {
  const weights = openGguf(file);
  // Whatever a tensor is in the file, it is read as floats.
  const tensors: TensorFile = { ...weights, dtype: () => 'F32' };
  const files = new Map(weights.names.map((name) => [name, tensors]));
  return { folder: file, ...parseModelConfig(weights.config, file), files };
}

type TensorFile = Pick<SafetensorsFile, 'shape' | 'dtype' | 'read'>;

/** A tensor of a checkpoint, under the name that it has in its file. */
interface Stored {
  file: TensorFile;
  name: string;
}

/** Tensors by the parameters that they are: some checkpoints leave out what all names begin with. */
function byParameter(
  files: ReadonlyMap<string, TensorFile>,
  { architecture, shapes }: Pick<Wanted, 'architecture' | 'shapes'>,
): Map<string, Stored> {
  const entries = [...files].map(([name, file]) => {
    const full = `${architecture.basePrefix}${name}`;
    const parameter = !shapes.has(name) && shapes.has(full) ? full : name;
    return [parameter, { file, name }] as const;
  });
  return new Map(entries);
}

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** Tensor name -> the file that holds it. */
async function openShards(folder: string): Promise<Map<string, SafetensorsFile>> {
  if (await isThere(path.join(folder, SINGLE))) {
    const file = await openSafetensors(path.join(folder, SINGLE));
    return new Map(file.names.map((name) => [name, file]));
  }
  const index = await readJsonObject(path.join(folder, INDEX));
  if (index === null) throw await noWeights(folder);
  const shardOf = weightMap(path.join(folder, INDEX), index);
  const files = new Map<string, SafetensorsFile>();
  for (const shard of new Set(shardOf.values())) {
    const file = await openSafetensors(path.join(folder, shard));
    for (const name of file.names) files.set(name, file);
  }
  const lost = [...shardOf].filter(([name, shard]) => !inShard(files.get(name), shard));
  if (lost.length === 0) return files;
  const faults = lost.map(([name, shard]) => `"${name}" is not in ${shard}`);
  throw checkpointError(
    'checkpoint-index',
    faultsMessage(`${folder}/${INDEX}`, faults, 'copy the index and all shards again'),
  );
}

function inShard(file: SafetensorsFile | undefined, shard: string): boolean {
  return file !== undefined && path.basename(file.path) === shard;
}

function weightMap(file: string, index: Record<string, unknown>): Map<string, string> {
  const entries = isRecord(index.weight_map) ? Object.entries(index.weight_map) : [];
  const unsafe = entries.filter(([, shard]) => typeof shard !== 'string' || !isSafeName(shard));
  if (entries.length > 0 && unsafe.length === 0) return new Map(entries as [string, string][]);
  throw checkpointError(
    'checkpoint-index',
    entries.length === 0
      ? `checkpoint ${file}: "weight_map" is missing or empty; copy the index again`
      : `checkpoint ${file}: the shard name ${JSON.stringify(unsafe[0]![1])} is not a plain file name ` +
          'ending in .safetensors; do not use this checkpoint',
  );
}

/** A shard lies in the folder itself: a name with a separator or dots in front could reach any file. */
function isSafeName(shard: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.safetensors$/.test(shard) && !shard.includes('..');
}

interface Wanted {
  config: ModelConfig;
  architecture: Architecture;
  shapes: ReadonlyMap<string, readonly number[]>;
}

function refuseMisfits(
  folder: string,
  { config, architecture, shapes }: Wanted,
  stored: ReadonlyMap<string, Stored>,
): void {
  const faults = [...shapes].flatMap(
    ([name, shape]) => misfit(name, shape, stored.get(name)) ?? [],
  );
  for (const name of stored.keys()) {
    const isTiedHead = config.tieWordEmbeddings && name === 'lm_head.weight';
    if (shapes.has(name) || isTiedHead || architecture.isBuffer(name)) continue;
    faults.push(`tensor "${name}" is not one of this architecture's`);
  }
  if (faults.length === 0) return;
  const vocabulary = faults.some((fault) =>
    /(?:"lm_head|\.embed_tokens|\.wte)\.weight" wants/.test(fault),
  );
  const cure = vocabulary
    ? 'use the tokenizer this checkpoint was saved with'
    : 'use the config.json this checkpoint was saved with';
  throw checkpointError('checkpoint-misfit', faultsMessage(folder, faults, cure));
}

function misfit(
  name: string,
  wanted: readonly number[],
  stored: Stored | undefined,
): string | null {
  if (stored === undefined) return `tensor "${name}" is missing`;
  const got = stored.file.shape(stored.name);
  if (got.length !== wanted.length || got.some((size, i) => size !== wanted[i])) {
    return `tensor "${name}" wants [${wanted.join(', ')}], got [${got.join(', ')}]`;
  }
  const dtype = stored.file.dtype(stored.name);
  return isFloatDtype(dtype) ? null : `tensor "${name}" wants F32, F16 or BF16, got ${dtype}`;
}

async function noWeights(folder: string): Promise<Error> {
  const pickled = await isThere(path.join(folder, 'pytorch_model.bin'));
  return checkpointError(
    'checkpoint-missing',
    pickled
      ? `checkpoint ${folder}: its weights are pickled (pytorch_model.bin); save it with safe_serialization=True`
      : `checkpoint ${folder}: there is neither ${SINGLE} nor ${INDEX}; copy the weights there`,
  );
}
