import path from 'node:path';

import { loraRank, readAdapterConfig, type AdapterConfig } from './adapterConfig.ts';
import { adaptedModules, adapterRole, loraNames } from './adapterNames.ts';
import { checkpointError, faultsMessage } from './checkpointError.ts';
import { openSafetensors, type SafetensorsFile } from './openSafetensors.ts';
import { readJsonObject } from './readModelConfig.ts';
import type { TensorSource } from './tensorSource.ts';
import { standingFolder } from '../disk/writeFolderAtomically.ts';

export const ADAPTER_CONFIG = 'adapter_config.json';
export const ADAPTER_WEIGHTS = 'adapter_model.safetensors';

/** A LoRA adapter; its tensors have PEFT's names (see `loraNames`). */
export interface Adapter {
  config: AdapterConfig;
  tensors: TensorSource;
}

/** Opens a folder in PEFT's layout; all names and ranks are checked, weights are read one by one. */
export async function openAdapter(named: string): Promise<Adapter> {
  const folder = await standingFolder(named);
  const file = path.join(folder, ADAPTER_CONFIG);
  const json = await readJsonObject(file);
  if (json === null) {
    throw checkpointError(
      'checkpoint-missing',
      `checkpoint ${folder}: there is no ${ADAPTER_CONFIG}; name the folder of a LoRA adapter`,
    );
  }
  const { config, faults } = readAdapterConfig(json);
  if (config === null) {
    const cure = 'merge the adapter with the program that made it and use the merged checkpoint';
    throw checkpointError('adapter-config', faultsMessage(file, faults, cure));
  }
  const tensors = await openSafetensors(path.join(folder, ADAPTER_WEIGHTS));
  refuseUnfit(config, tensors);
  if (config.targetModules.length > 0) return { config, tensors };
  const ends = adaptedModules(tensors).map((module) => module.split('.').at(-1)!);
  return { config: { ...config, targetModules: [...new Set(ends)].sort() }, tensors };
}

function refuseUnfit(config: AdapterConfig, file: SafetensorsFile): void {
  const faults = file.names.flatMap((name) => nameFault(config, file, name) ?? []);
  if (file.names.length === 0) faults.push('it holds no tensor');
  for (const module of adaptedModules(file))
    for (const one of factorFaults(config, file, module)) faults.push(one);
  if (faults.length === 0) return;
  const cure = 'copy the adapter again, with the adapter_config.json that it was saved with';
  throw checkpointError('adapter-misfit', faultsMessage(file.path, faults, cure));
}

function nameFault(config: AdapterConfig, file: SafetensorsFile, name: string): string | null {
  const role = adapterRole(name);
  if (role === null) return `tensor "${name}" is no factor of a LoRA adapter`;
  if (role.kind !== 'whole') return null;
  const module = role.parameter.slice(0, role.parameter.lastIndexOf('.'));
  if (config.modulesToSave.some((saved) => module.endsWith(saved))) return null;
  return `tensor "${name}" is not in modules_to_save`;
}

function factorFaults(config: AdapterConfig, file: SafetensorsFile, module: string): string[] {
  const { loraA, loraB } = loraNames(module);
  const missing = [loraA, loraB].filter((name) => !file.names.includes(name));
  if (missing.length > 0) return missing.map((name) => `tensor "${name}" is missing`);
  const rank = loraRank(config, module);
  const [shapeA, shapeB] = [file.shape(loraA), file.shape(loraB)];
  const faults: string[] = [];
  if (shapeA.length !== 2 || shapeA[0] !== rank) {
    faults.push(`tensor "${loraA}" wants [${rank}, in], got [${shapeA.join(', ')}]`);
  }
  if (shapeB.length !== 2 || shapeB[1] !== rank) {
    faults.push(`tensor "${loraB}" wants [out, ${rank}], got [${shapeB.join(', ')}]`);
  }
  return faults;
}
