import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { Command } from 'commander';
import { TRAINED_KINDS } from '@deepcoder/vocabulary';
import { matchedLines } from '../data/align/matchedBytes.ts';
import { learntTable } from '../data/learntTokens.ts';
import { noteLines } from '../data/report.ts';
import type { SourceReport } from '../data/types.ts';
import { type CheckReport, checkRun, type DataFacts } from '../recipes/check.ts';
import { hubSettings } from '../hub/hubSettings.ts';
import { bytesText } from '../run/bytesText.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { envOption, jsonOption, setOption } from './options.ts';
import { progressOf } from './progressOf.ts';
import { grouped, textTable } from './textTable.ts';
import { ENVIRONMENTS, WORKERS } from './training.ts';

interface CheckOptions {
  set: string[];
  env?: string;
  json?: boolean;
}

export function checkCommand(cli: Cli): Command {
  return new Command('check')
    .summary('say what a run would do, without starting it')
    .description(
      'Looks at all that can be known before a run: the data, kind by kind, with what is rejected; the ' +
        "tokenizer and the models' fit; LoRA targets; steps; memory and disk against this machine's. " +
        'All that is wrong is told at once, and the exit code is that of the run that would fail.',
    )
    .argument('<config>', 'a YAML file, or a preset')
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('check my-config.yaml', 'check my-config.yaml --json'))
    .action(async (path: string, options: CheckOptions) => {
      const { set, env: environment, json = false } = options;
      const progress = progressOf(cli, options);
      const loaded = await loadForRun(cli, { path, set, environment, env: cli.env });
      const { config } = loaded;
      const { signal } = cli.interrupt(progress.say);
      const request = { config, cwd: cli.cwd, environments: ENVIRONMENTS, workers: WORKERS };
      const hub = await hubSettings(cli.env);
      const report = await checkRun({ ...request, hub, progress, signal });
      const machine = await lookAtMachine(cli.cwd);
      if (json) printJson(cli, { ...report, warnings: loaded.warnings, machine });
      else print(cli, reportText(report, machine, loaded.warnings));
      const errors = report.problems.filter(({ severity }) => severity === 'error');
      cli.end.code = errors[0]?.exitCode ?? 0;
    });
}

export interface Machine {
  memoryBytes: number;
  availableBytes: number;
  diskBytes: number | null;
}

export async function lookAtMachine(folder: string): Promise<Machine> {
  const disk = await statfs(folder).catch(() => null);
  return {
    memoryBytes: totalmem(),
    availableBytes: process.availableMemory(),
    diskBytes: disk === null ? null : disk.bavail * disk.bsize,
  };
}

export function reportText(
  report: CheckReport,
  machine: Machine,
  warnings: readonly string[],
): string {
  const { data, problems } = report;
  const told = [
    ...warnings.map((text) => `warning: ${text}`),
    ...problems.map(({ severity, message }) => `${severity}: ${message}`),
  ];
  return [
    ...(data === null ? [] : dataLines(data)),
    ...factLines(report, machine),
    ...(told.length === 0 ? ['', 'nothing is wrong'] : ['', ...told]),
  ].join('\n');
}

function dataLines(data: DataFacts): string[] {
  const header = [
    'data',
    'format',
    'records',
    'samples',
    'rejected',
    'cut',
    'tokens',
    ...TRAINED_KINDS,
  ];
  const rows = data.sources.map((source: SourceReport) => [
    source.source,
    source.format,
    ...[source.records, source.samples, source.rejected, source.truncated, source.tokens].map(
      String,
    ),
    ...TRAINED_KINDS.map((kind) => String(source.tokensPerKind[kind])),
  ]);
  const told = [...rejectedLines(data), ...noteLines(data.notes), ...data.warnings];
  const learnt = [...learntTable(data.learnt), ...matchedLines(data.matched)];
  return [textTable([header, ...rows]), ...told, '', ...learnt];
}

/** Rejected records that are listed; all of them are in the JSON. */
const LISTED = 50;

function rejectedLines({ rejected }: DataFacts): string[] {
  const lines = rejected
    .slice(0, LISTED)
    .map(({ source, code, message }) => `rejected ${source}: ${message} (${code})`);
  const rest = rejected.length - lines.length;
  return rest > 0 ? [...lines, `rejected ${rest} more; --json lists them all`] : lines;
}

function factLines(report: CheckReport, machine: Machine): string[] {
  const { student, teacher, data, steps, executor, memoryBytes, checkpointBytes } = report;
  const facts: [string, string | null][] = [
    ['executor', executor],
    [
      'student',
      student &&
        `${grouped(student.parameters)} parameters, ${grouped(student.trainedParameters)} of them train`,
    ],
    [
      'LoRA',
      student?.loraTargets == null ? null : `${student.loraTargets} matrices get an adapter`,
    ],
    [
      'tokenizer',
      student &&
        `${student.tokenizer}: ${student.tokenizerTokens} tokens, vocabulary ${student.vocabSize}`,
    ],
    [
      'teacher',
      teacher &&
        (teacher.parameters === null
          ? teacher.place
          : `${teacher.place}: ${grouped(teacher.parameters)} parameters`),
    ],
    ...(teacher?.notes ?? []).map((line): [string, string] => [
      teacher?.parameters === null ? 'server' : 'padding',
      line,
    ]),
    [
      'samples',
      data &&
        `${data.trainSamples} to train on, ${data.evalSamples} held out; ${percent(data.paddingShare)} padding${data.unknownShare > 0 ? `; ${percent(data.unknownShare)} unknown tokens` : ''}`,
    ],
    [
      'steps',
      steps &&
        `${steps.totalSteps}, ${steps.warmupSteps} of them warm-up; ${grouped(steps.tokensPerStep)} tokens each; an epoch has ${steps.batchesPerEpoch} micro-batches`,
    ],
    [
      'memory',
      memoryBytes &&
        `about ${bytesText(memoryBytes)}; this machine has ${bytesText(machine.availableBytes)} free of ${bytesText(machine.memoryBytes)}`,
    ],
    [
      'disk',
      checkpointBytes &&
        `about ${bytesText(checkpointBytes)} a checkpoint; ${machine.diskBytes === null ? 'free space not known' : `${bytesText(machine.diskBytes)} free`}`,
    ],
    ['time', 'not known before the first steps'],
  ].map(([label, text]) => [label as string, typeof text === 'string' ? text : null]);
  const shown = facts.flatMap(([label, text]) =>
    text === null ? [] : [`${label.padEnd(10)} ${text}`],
  );
  return data === null ? shown : ['', ...shown];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
