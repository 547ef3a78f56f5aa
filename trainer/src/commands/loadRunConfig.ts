import { readFile } from 'node:fs/promises';
import {
  type Config,
  type ConfigYaml,
  configError,
  formatProblem,
  loadConfig,
  PRESETS,
  resolvedText,
} from '@deepcoder/config';

export interface ConfigRequest {
  path: string;
  set: readonly string[];
  environment?: string | undefined;
}

export interface RunConfig {
  config: Config;
  yaml: ConfigYaml;
  text: string;
  /** Warnings, one line each. */
  warnings: string[];
}

/** Loads a config file or preset; throws one DeepCoderError with everything that is wrong. */
export async function loadRunConfig({ path, set, environment }: ConfigRequest): Promise<RunConfig> {
  const loaded = await loadConfig({
    path,
    set,
    environment,
    env: process.env,
    readText: (file) => readFile(file, 'utf8'),
  });
  const { config, yaml, problems } = loaded;
  if (config === null || yaml === null) throw configError(problems);
  const warnings = problems.map(formatProblem);
  return { config, yaml, text: resolvedText(loaded), warnings };
}

export { PRESETS };
