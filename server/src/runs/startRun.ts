import path from 'node:path';
import { loadConfig, originAt, type LoadedConfig, type Origin } from '@deepcoder/config';
import type { LaunchResult, RunInfo } from '@deepcoder/server-protocol';
import type { Env } from '@deepcoder/trainer-protocol/node';
import { configFolder } from '../configs/configFolder.ts';
import { diskChecks } from '../configs/diskChecks.ts';
import { programRoot, type TrainerProgram } from '../trainerService/trainerProgram.ts';
import { launch, type Launched } from './launch.ts';
import { readRunInfo } from './runInfo.ts';
import type { OutputEvent } from './runOutput.ts';

export interface StartRequest {
  config: string;
  set: string[];
  environment?: string | undefined;
  cwd?: string | undefined;
  check: boolean;
  again: boolean;
}

export interface StartDeps {
  program: TrainerProgram;
  workspaceFolders: readonly string[];
  readText: (path: string) => Promise<string>;
  signal: AbortSignal;
  onProgress: (event: OutputEvent) => void;
  /** Runs that train now. */
  liveRuns: () => Promise<RunInfo[]>;
  /** Where the run will be, before it is there. */
  onRunsDir: (dir: string) => void;
}

type Refusal = Extract<LaunchResult, { ok: false }>;

/** Checks a config against the disk, then trains it in a process of its own. */
export async function startRun(request: StartRequest, deps: StartDeps): Promise<LaunchResult> {
  const { config, set, environment, check } = request;
  const cwd = request.cwd ?? configFolder(config, deps.workspaceFolders);
  const { env } = deps.program;
  const options = { path: config, readText: deps.readText, env, set, environment };
  const loaded = await loadConfig(options);
  const told = loaded.problems.map(({ severity, code, message, ...place }) => ({
    ...{ severity, code, message, place: placeOf(place) },
  }));
  const disk = check ? await diskProblems(loaded, { cwd, env, file: deps.program.file }) : [];
  const problems = [...told, ...disk];
  if (loaded.yaml === null || problems.some(({ severity }) => severity === 'error')) {
    return refused('check', refusalText(config, problems), problems);
  }
  const runsDir = path.resolve(cwd, loaded.yaml.run.dir);
  const other = request.again ? undefined : await sameRun(deps, { runsDir, ...loaded.yaml.run });
  if (other !== undefined) {
    const message = `${other.name} trains already, at step ${other.step} of ${other.totalSteps}`;
    return refused('running', message);
  }
  deps.onRunsDir(runsDir);
  const { program, signal, onProgress } = deps;
  const args = trainArguments(request);
  const launched = await launch({ program, args, cwd, runsDir, signal, onProgress });
  return launchResult(launched, problems);
}

/** One that trains under this name in this place: most often it is started twice by mistake. */
async function sameRun(
  { liveRuns }: StartDeps,
  { runsDir, name }: { runsDir: string; name: string },
): Promise<RunInfo | undefined> {
  const live = await liveRuns();
  return live.find((run) => run.name === name && path.dirname(run.folder) === runsDir);
}

/** Of a config with errors too: a person mends all of it at once. */
async function diskProblems(
  { sound, tree }: LoadedConfig,
  { cwd, env, file }: { cwd: string; env: Env; file: string },
): Promise<Refusal['problems']> {
  if (sound === null) return [];
  const found = await diskChecks(sound, { cwd, env, programRoot: programRoot(file) });
  return found.map(({ path: at, code, message, severity }) => ({
    ...{ severity, code, message: `${at.join('.')}: ${message}` },
    place: tree === null ? null : placeOf(originAt(tree, at)),
  }));
}

function placeOf({ file, line, column }: Pick<Origin, 'file' | 'line' | 'column'>) {
  return file === null || file === '' || line === 0 ? null : { file, line, column };
}

/** Which config, how much is wrong with it, and what first. */
function refusalText(config: string, problems: Refusal['problems']): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const name = path.basename(config);
  if (first === undefined) return `${name} cannot be read`;
  if (errors.length === 1) return `${name}: ${first.message}`;
  const line = first.place === null ? '' : ` (line ${first.place.line})`;
  return `${name} has ${errors.length} problems; the first${line}: ${first.message}`;
}

function trainArguments({ config, set, environment }: StartRequest): string[] {
  return [
    ...['train', config, '--json'],
    ...(environment === undefined ? [] : ['--env', environment]),
    ...(set.length === 0 ? [] : ['--set', ...set]),
  ];
}

/** What came of a launch, with the run as lists show it. */
export async function launchResult(
  launched: Launched,
  problems: Refusal['problems'] = [],
): Promise<LaunchResult> {
  if (!launched.ok) return { ...launched, problems };
  const run = await readRunInfo(launched.folder);
  const warnings = [...problems.map(({ message }) => message), ...launched.warnings];
  return { ok: true, run, warnings: [...new Set(warnings)] };
}

export function refused(
  code: string,
  message: string,
  problems: Refusal['problems'] = [],
): LaunchResult {
  return { ok: false, code, message, problems, lastLines: [] };
}
