import path from 'node:path';
import { configError, DeepCoderError, loadConfig } from '@deepcoder/config';
import type { RunMakings } from './compareRuns.ts';
import { readConfigText, readRun } from '@deepcoder/trainer-protocol/node';

/** What a run was made from, as its folder tells. */
export async function readMakings(
  runFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunMakings> {
  const summary = await readRun(runFolder);
  if ('problem' in summary) {
    const message = `run ${runFolder}: ${summary.problem}; deepcoder resume with --accept-changes makes it anew from the newest checkpoint`;
    throw new DeepCoderError('run/unreadable', message, { exitCode: 3 });
  }
  const { yaml, problems } = await loadConfig({
    path: path.join(runFolder, 'config.yaml'),
    readText: readConfigText,
    // The config is resolved already: no environment is to be applied once more.
    env: { ...env, DEEPCODER_ENV: '' },
  });
  if (yaml === null) throw configError(problems);
  const { versions, gitCommit, fingerprints } = summary.run;
  return { config: yaml, versions, gitCommit, fingerprints };
}

/** Those of a run whose `run.json` is damaged: nothing is known but what its checkpoint was trained with. */
export function unknownMakings(config: RunMakings['config']): RunMakings {
  const fingerprints = { config: '', data: [], models: [], executor: null };
  return { config, versions: {}, gitCommit: null, fingerprints };
}
