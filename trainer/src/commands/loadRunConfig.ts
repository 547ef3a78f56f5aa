import path from 'node:path';
import { readConfigText } from '@deepcoder/trainer-protocol/node';
import {
  type Config,
  type ConfigYaml,
  configError,
  formatProblem,
  loadConfig,
  resolvedText,
} from '@deepcoder/config';

export interface ConfigRequest {
  /** A file or a preset's name. */
  path: string;
  env: Readonly<Record<string, string | undefined>>;
  set?: readonly string[];
  environment?: string | undefined;
}

export interface RunConfig {
  config: Config;
  yaml: ConfigYaml;
  /** Resolved, as the run folder keeps it. */
  text: string;
  /** Warnings, one line each. */
  warnings: string[];
  /** What it was loaded by. */
  request: ConfigRequest;
}

/** Loads a config file or preset; throws one DeepCoderError with everything that is wrong. */
export async function loadRunConfig(request: ConfigRequest): Promise<RunConfig> {
  const loaded = await loadConfig({
    ...request,
    readText: readConfigText,
  });
  const { config, yaml, problems } = loaded;
  if (config === null || yaml === null) throw configError(problems);
  const warnings = problems.map(formatProblem);
  return { config, yaml, text: resolvedText(loaded), warnings, request };
}

/** The config that a run's folder keeps. It is resolved: no environment is to be applied once more. */
export function configOfRun(
  runFolder: string,
  { env, set = [] }: Pick<ConfigRequest, 'env' | 'set'>,
): Promise<RunConfig> {
  const file = path.join(runFolder, 'config.yaml');
  return loadRunConfig({ path: file, set, env: { ...env, DEEPCODER_ENV: '' } });
}
