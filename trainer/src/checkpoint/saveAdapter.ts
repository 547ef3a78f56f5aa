import path from 'node:path';

import { writeAdapterConfig } from './adapterConfig.ts';
import type { FloatDtype } from './floatFormats.ts';
import { ADAPTER_CONFIG, ADAPTER_WEIGHTS, type Adapter } from './openAdapter.ts';
import { copyTokenizer, writeJson } from './saveCheckpoint.ts';
import { writeSafetensors } from './writeSafetensors.ts';

export interface AdapterContent extends Adapter {
  dtype?: FloatDtype;
  /** The folder whose tokenizer files are copied along. */
  tokenizerFolder?: string | null;
}

/** The files of an adapter, into a folder that is being written. */
export async function writeAdapterFiles(
  folder: string,
  { config, tensors, dtype = 'F32', tokenizerFolder }: AdapterContent,
): Promise<void> {
  await writeSafetensors(path.join(folder, ADAPTER_WEIGHTS), tensors, { dtype });
  await writeJson(path.join(folder, ADAPTER_CONFIG), writeAdapterConfig(config));
  if (tokenizerFolder != null) await copyTokenizer(tokenizerFolder, folder);
}
