import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configError, DeepCoderError, loadConfig, type ConfigYaml } from '@deepcoder/config';
import type { RunMakings } from './compareRuns.ts';
import { fingerprintFiles, fingerprintText } from './fingerprints.ts';
import { gitCommit } from './gitCommit.ts';
import { readRun } from './readRun.ts';

export interface MakingsOptions {
  config: ConfigYaml;
  /** The files that the data comes from. */
  dataFiles: readonly string[];
  /** The folder that the program was started in; its commit is noted. */
  cwd: string;
  versions: Record<string, string>;
}

/** What a run that begins now would be made from. */
export async function collectMakings(options: MakingsOptions): Promise<RunMakings> {
  const { config, dataFiles, cwd, versions } = options;
  const data = await fingerprintFiles(dataFiles);
  return {
    config,
    versions,
    gitCommit: await gitCommit(cwd),
    fingerprints: { config: fingerprintText(JSON.stringify(config)), data },
  };
}

/** What a run was made from, as its folder tells. */
export async function readMakings(
  runFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunMakings> {
  const summary = await readRun(runFolder);
  if ('problem' in summary) {
    const message = `run ${runFolder}: ${summary.problem}`;
    throw new DeepCoderError('run/unreadable', message, { exitCode: 3 });
  }
  const { yaml, problems } = await loadConfig({
    path: path.join(runFolder, 'config.yaml'),
    readText: (file) => readFile(file, 'utf8'),
    // The config is resolved already: no environment is to be applied once more.
    env: { ...env, DEEPCODER_ENV: '' },
  });
  if (yaml === null) throw configError(problems);
  const { versions, gitCommit: commit, fingerprints } = summary.run;
  return { config: yaml, versions, gitCommit: commit, fingerprints };
}
