import { Command } from 'commander';
import type { ServiceParams, ServiceResult } from '@deepcoder/trainer-protocol';
import { checkRun } from '../recipes/check.ts';
import { fitRun } from '../recipes/fit.ts';
import { hubSettings } from '../hub/hubSettings.ts';
import { silent } from '../run/progress.ts';
import { serve, type ServiceHandlers } from '../service/serve.ts';
import { lookAtMachine, reportText } from './check.ts';
import { type Cli, examples } from './cli.ts';
import { examine } from './doctor.ts';
import { loadForRun } from './loadForRun.ts';
import { serviceLosses } from './serviceLosses.ts';
import { serviceTokens } from './serviceTokens.ts';
import { ENVIRONMENTS, WORKERS } from './training.ts';
import { PROGRAM_VERSION } from './versions.ts';

export function serviceCommand(cli: Cli): Command {
  return new Command('service')
    .summary('answer an editor')
    .description(
      'Answers requests, one JSON object a line, on standard input until it ends: tokens of ' +
        'trajectory files and how well a run predicts them, whether models and tokenizers fit, ' +
        'estimates, what is installed.',
    )
    .addHelpText('after', examples('service'))
    .action(async () => {
      await serve(cli.stdin, (line) => cli.stdout.write(line), handlers(cli));
    });
}

function handlers(cli: Cli): ServiceHandlers {
  const tokens = serviceTokens(cli);
  const losses = serviceLosses(cli);
  return {
    ping: () => Promise.resolve({ version: PROGRAM_VERSION, pid: process.pid }),
    tokenCounts: tokens.counts,
    tokenPreview: tokens.preview,
    tokenLosses: losses,
    fit: (place) => fit(cli, place),
    check: (place, signal) => check(cli, place, signal),
    doctor: async ({ cwd }) => {
      const findings = await examine({ cwd, env: cli.env });
      const ok = findings.every(({ state }) => state !== 'missing');
      return { version: PROGRAM_VERSION, ok, findings };
    },
  };
}

async function fit(
  { env, programFolder }: Cli,
  { config: path, set, environment, cwd }: ServiceParams<'fit'>,
): Promise<ServiceResult<'fit'>> {
  const { config } = await loadForRun({ cwd, programFolder }, { path, set, environment, env });
  const { availableBytes, diskBytes } = await lookAtMachine(cwd);
  return { ...(await fitRun(config, cwd)), availableBytes, diskBytes };
}

async function check(
  { env, programFolder }: Cli,
  { config: path, set, environment, cwd }: ServiceParams<'check'>,
  signal: AbortSignal,
): Promise<ServiceResult<'check'>> {
  const loaded = await loadForRun({ cwd, programFolder }, { path, set, environment, env });
  const request = { config: loaded.config, cwd, environments: ENVIRONMENTS, workers: WORKERS };
  const hub = await hubSettings(env);
  const report = await checkRun({ ...request, hub, progress: silent, signal });
  const machine = await lookAtMachine(cwd);
  const { problems, data, steps, student, executor, memoryBytes, checkpointBytes } = report;
  return {
    ok: problems.every(({ severity }) => severity !== 'error'),
    problems: problems.map(({ severity, code, message }) => ({ severity, code, message })),
    text: reportText(report, machine, loaded.warnings),
    executor,
    totalSteps: steps && steps.totalSteps,
    tokensPerStep: steps && steps.tokensPerStep,
    trainSamples: data && data.trainSamples,
    evalSamples: data && data.evalSamples,
    parameters: student && student.parameters,
    trainedParameters: student && student.trainedParameters,
    ...{ memoryBytes, checkpointBytes },
    availableBytes: machine.availableBytes,
    diskBytes: machine.diskBytes,
  };
}
