import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import {
  camelKeys,
  DeepCoderError,
  LAUNCH_KINDS,
  launchSchema,
  type LaunchYaml,
  readTargets,
  type Targets,
  unknownTarget,
} from '@deepcoder/config';
import type { Launch } from './jobs/job.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's own file of named targets; `DEEPCODER_TARGETS` names another one. */
export function targetsFile(env: Environment): string {
  const named = env['DEEPCODER_TARGETS'] ?? '';
  if (named !== '') return path.resolve(named);
  const base = env['XDG_CONFIG_HOME'] ?? '';
  return path.join(
    base === '' ? path.join(homedir(), '.config') : base,
    'deepcoder',
    'targets.yaml',
  );
}

/** The targets of this user; none where there is no such file. */
export async function userTargets(env: Environment): Promise<Targets> {
  const file = targetsFile(env);
  try {
    return readTargets(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { targets: {}, problems: [] };
    throw new DeepCoderError('launch/targets', `${file}: ${message}`, {
      exitCode: 2,
      cause: error,
    });
  }
}

export interface ChosenTarget {
  /** As the user calls it. */
  name: string;
  launch: Launch;
  yaml: LaunchYaml;
}

/**
 * Where a run is started: what `--on` names, one of the user's targets or a kind, else what the config says.
 *
 * @throws DeepCoderError for a name that is none, or a target that is wrong
 */
export async function chooseTarget(
  on: string | undefined,
  own: LaunchYaml,
  env: Environment,
): Promise<ChosenTarget> {
  if (on === undefined || on === own.on) return chosen(own.on, own);
  if (on === 'local') return chosen(on, launchSchema.parse({ on }));
  const found = await userTargets(env);
  const file = targetsFile(env);
  const target = Object.hasOwn(found.targets, on) ? found.targets[on] : undefined;
  if (target !== undefined) return chosen(on, target);
  const wrong = found.problems.filter(
    (text) => text.startsWith(`${on}.`) || text.startsWith(`${on}:`),
  );
  if (wrong.length > 0) throw refused(`${file}: ${wrong.join('\n')}`);
  if (!(LAUNCH_KINDS as readonly string[]).includes(on))
    throw refused(unknownTarget(on, found, file));
  const bare = launchSchema.safeParse({ on });
  if (bare.success) return chosen(on, bare.data);
  const missing = bare.error.issues.map(({ path: at }) => at.join('.')).join(', ');
  throw refused(
    `--on ${on}: ${missing} must be known too; set them under launch: in the config, or name a target in ${file}`,
  );
}

function chosen(name: string, yaml: LaunchYaml): ChosenTarget {
  return { name, yaml, launch: camelKeys(yaml) as unknown as Launch };
}

function refused(message: string): DeepCoderError {
  return new DeepCoderError('launch/target', message, { exitCode: 2 });
}
