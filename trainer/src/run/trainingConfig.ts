import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfigText } from '@deepcoder/trainer-protocol/node';
import { configError, loadConfig, type ConfigYaml } from '@deepcoder/config';

const FILE = 'training_config.yaml';

/** The config that a checkpoint was trained with, into a folder that is being written. */
export async function writeTrainingConfig(folder: string, text: string): Promise<void> {
  await writeFile(path.join(folder, FILE), text);
}

/** The config that a checkpoint was trained with: the run's own may have been edited since. */
export async function readTrainingConfig(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ConfigYaml> {
  const { yaml, problems } = await loadConfig({
    path: path.join(folder, FILE),
    readText: readConfigText,
    // It is resolved already: no environment is to be applied once more.
    env: { ...env, DEEPCODER_ENV: '' },
  });
  if (yaml === null) throw configError(problems);
  return yaml;
}
