import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { Architecture } from '../model/architecture.ts';
import { ARCHITECTURES, findArchitecture } from '../model/architectures.ts';
import { checkpointError, faultsMessage } from './checkpointError.ts';
import { systemCode } from '../disk/systemCode.ts';
import { isRecord } from './safetensorsHeader.ts';

/** Reads `config.json`, and from `generation_config.json` the further tokens that end a generation. */
export async function readModelConfig(
  folder: string,
): Promise<{ config: ModelConfig; architecture: Architecture }> {
  const file = path.join(folder, 'config.json');
  const json = await readJsonObject(file);
  if (json === null) {
    throw checkpointError(
      'checkpoint-missing',
      `checkpoint ${folder}: there is no config.json; name a folder in the Hugging Face layout`,
    );
  }
  const { config, architecture } = parseModelConfig(json, file);
  return { config: await withGenerationEnds(config, folder), architecture };
}

/** What a `config.json` says; `file` is its place, for messages. */
export function parseModelConfig(
  json: Record<string, unknown>,
  file: string,
): { config: ModelConfig; architecture: Architecture } {
  const architecture = architectureIn(json, file);
  const { config, faults } = architecture.readConfig(json);
  if (config === null) {
    throw checkpointError(
      'checkpoint-config',
      faultsMessage(file, faults, 'choose a checkpoint without these or correct the file'),
    );
  }
  return { config, architecture };
}

function architectureIn({ model_type: type }: Record<string, unknown>, file: string): Architecture {
  const architecture = typeof type === 'string' ? findArchitecture(type) : null;
  if (architecture !== null) return architecture;
  const families = Object.keys(ARCHITECTURES).join(', ');
  throw checkpointError(
    'checkpoint-architecture',
    `checkpoint ${file}: models of "model_type" ${type === undefined ? 'none' : JSON.stringify(type)} cannot be trained or run here; ` +
      `choose one of ${families}. As a teacher it can be served by another program instead`,
  );
}

/** The object in a JSON file; null when there is no such file. */
export async function readJsonObject(file: string): Promise<Record<string, unknown> | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw checkpointError(
      'checkpoint-unreadable',
      `checkpoint ${file}: cannot be read; check the path and its permissions`,
      error,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
    throw new SyntaxError('not an object');
  } catch (error) {
    throw checkpointError(
      'checkpoint-json',
      `checkpoint ${file}: is not a JSON object (${(error as Error).message}); copy it again`,
      error,
    );
  }
}

/** Chat models often list the end of a turn only in `generation_config.json`. */
async function withGenerationEnds(config: ModelConfig, folder: string): Promise<ModelConfig> {
  const generation = await readJsonObject(path.join(folder, 'generation_config.json'));
  const ends = [generation?.eos_token_id ?? []].flat().filter((id) => Number.isSafeInteger(id));
  return { ...config, eosTokenIds: [...new Set([...config.eosTokenIds, ...(ends as number[])])] };
}
