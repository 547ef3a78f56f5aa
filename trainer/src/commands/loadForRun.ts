import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Cli } from './cli.ts';
import { type ConfigRequest, loadRunConfig, type RunConfig } from './loadRunConfig.ts';

/**
 * A config as a run takes it: where it names the teacher that comes with the program, as `quickstart`
 * and what extends it do, that one is found beside the program, wherever one starts it.
 */
export async function loadForRun(
  { cwd, programFolder }: Pick<Cli, 'cwd' | 'programFolder'>,
  request: ConfigRequest,
): Promise<RunConfig> {
  const asked = await loadRunConfig(request);
  const { model } = asked.config.teacher;
  if (model === null || existsSync(path.resolve(cwd, model))) return asked;
  const beside = path.join(programFolder, model.replace(/^trainer\//, ''));
  if (!model.startsWith('trainer/') || !existsSync(beside)) return asked;
  return loadRunConfig({ ...request, set: [...(request.set ?? []), `teacher.model=${beside}`] });
}
