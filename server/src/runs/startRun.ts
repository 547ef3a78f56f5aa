import path from 'node:path';
import { formatProblem, loadConfig, type ConfigYaml } from '@deepcoder/config';
import type { LaunchResult } from '@deepcoder/server-protocol';
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
}

export interface StartDeps {
  program: TrainerProgram;
  workspaceFolders: readonly string[];
  readText: (path: string) => Promise<string>;
  signal: AbortSignal;
  onProgress: (event: OutputEvent) => void;
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
  const told = loaded.problems.map((problem) => ({
    ...{ severity: problem.severity, code: problem.code, message: formatProblem(problem) },
  }));
  if (loaded.yaml === null) return refused('check', 'the config has errors', told);
  const disk = check ? await diskProblems(loaded.yaml, { cwd, file: deps.program.file }) : [];
  const problems = [...told, ...disk];
  if (problems.some(({ severity }) => severity === 'error')) {
    return refused('check', 'the config names what is not there', problems);
  }
  const runsDir = path.resolve(cwd, loaded.yaml.run.dir);
  deps.onRunsDir(runsDir);
  const { program, signal, onProgress } = deps;
  const args = trainArguments(request);
  const launched = await launch({ program, args, cwd, runsDir, signal, onProgress });
  return launchResult(launched, problems);
}

async function diskProblems(
  yaml: ConfigYaml,
  { cwd, file }: { cwd: string; file: string },
): Promise<Refusal['problems']> {
  const found = await diskChecks(yaml, { cwd, programRoot: programRoot(file) });
  return found.map(({ path: at, code, message, severity }) => ({
    ...{ severity, code, message: `${at.join('.')}: ${message}` },
  }));
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
