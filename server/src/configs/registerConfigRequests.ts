import {
  formatProblem,
  initText,
  loadConfig,
  PRESETS,
  resolvedText,
  type ConfigProblem,
} from '@deepcoder/config';
import {
  checkSetup,
  configCheck,
  configNew,
  configPresets,
  configResolve,
} from '@deepcoder/server-protocol';
import type { ServiceResult } from '@deepcoder/trainer-protocol';
import { cancelSignal } from '../lsp/cancelSignal.ts';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { serviceOf } from '../trainerService/serviceOf.ts';
import { configFolder } from './configFolder.ts';

export interface RequestDeps {
  readText: (path: string) => Promise<string>;
  /** A full check of a file is there. */
  onCheck: (file: string, check: ServiceResult<'check'>) => Promise<void>;
}

/** Answers the requests of our own that speak of configs. */
export function registerConfigRequests(
  context: ServerContext,
  { readText, onCheck }: RequestDeps,
): void {
  const { connection, env } = context;
  const service = serviceOf(context);
  onCustomRequest(connection, configResolve, async ({ config, set, environment }) => {
    const loaded = await loadConfig({ path: config, readText, env, set, environment });
    const origins = Object.entries(loaded.origins).map(([key, { source, file }]) => [
      key,
      file ?? source,
    ]);
    return {
      text: loaded.yaml === null ? null : resolvedText(loaded),
      problems: loaded.problems.map(told),
      origins: Object.fromEntries(origins) as Record<string, string>,
    };
  });
  onCustomRequest(connection, configCheck, async ({ cwd: given, ...place }, token) => {
    const cwd = given ?? configFolder(place.config, context.workspaceFolders());
    const signal = cancelSignal(token);
    const asked = await service.ask('check', { ...place, cwd }, signal).then(
      (check) => ({ check }),
      (error: unknown) => ({ error }),
    );
    if ('error' in asked) {
      const loaded = await loadConfig({ path: place.config, readText, env, ...place });
      return uncheckable(asked.error, loaded.problems);
    }
    const { ok, problems, text, ...estimate } = asked.check;
    await onCheck(place.config, asked.check);
    const { totalSteps, tokensPerStep } = estimate;
    const isKnown = totalSteps !== null && tokensPerStep !== null;
    const tokens = isKnown ? totalSteps * tokensPerStep : null;
    return { ok, problems, text, estimate: { ...estimate, tokens } };
  });
  onCustomRequest(connection, configNew, ({ preset }) => ({
    text: preset === null ? initText() : presetConfig(preset),
  }));
  onCustomRequest(connection, configPresets, () => ({
    presets: Object.entries(PRESETS).map(([name, text]) => ({ name, about: aboutOf(text), text })),
  }));
  onCustomRequest(connection, checkSetup, (_, token) => {
    const cwd = context.workspaceFolders()[0] ?? process.cwd();
    return service.ask('doctor', { cwd }, cancelSignal(token));
  });
}

function told(problem: ConfigProblem) {
  const { severity, code } = problem;
  return { severity, code, message: formatProblem(problem) };
}

const UNKNOWN = {
  ...{ totalSteps: null, tokensPerStep: null, tokens: null, trainSamples: null },
  ...{ evalSamples: null, parameters: null, trainedParameters: null, memoryBytes: null },
  ...{ availableBytes: null, checkpointBytes: null, diskBytes: null, executor: null },
};

/** The trainer did not look: because of errors in the config, or it is not there. */
function uncheckable(error: unknown, problems: readonly ConfigProblem[]) {
  const message = error instanceof Error ? error.message : String(error);
  const own = problems.map(told);
  const hasErrors = own.some(({ severity }) => severity === 'error');
  const unchecked = { severity: 'error' as const, code: 'check/failed', message };
  const all = hasErrors ? own : [...own, unchecked];
  const text = all.map((one) => `${one.severity}: ${one.message}`).join('\n');
  return { ok: false, problems: all, text, estimate: UNKNOWN };
}

/** The comment at the top of a preset, on one line. */
function aboutOf(text: string): string {
  const [head = ''] = text.split(/^(?!#)/m);
  return head.replace(/^# ?/gm, '').split('\n').join(' ').trim();
}

/** A config on a preset; the built-in example needs nothing else. */
function presetConfig(preset: string): string {
  if (preset === 'quickstart') return 'extends: quickstart\n';
  return [
    `extends: ${preset}`,
    'data:',
    '  train: [trajectories/**/*.jsonl]',
    'student:',
    '  model: ./models/student',
    '  lora: {r: 16, alpha: 16}',
    'teacher:',
    '  model: ./models/teacher',
    '',
  ].join('\n');
}
