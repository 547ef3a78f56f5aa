import { availableParallelism } from 'node:os';
import { DeepCoderError, givesScores } from '@deepcoder/config';
import { Command, InvalidArgumentError, Option } from 'commander';
import { dealFor } from '../data/deal.ts';
import { fitRun } from '../recipes/fit.ts';
import {
  type Cluster,
  type Layout,
  layoutOf,
  recommended,
  type StepCosts,
} from '../recipes/planLayouts.ts';
import { bytesText } from '../run/bytesText.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { measureStep, measureSum, timeSum } from './measureCosts.ts';
import { envOption, jsonOption, realNumber, setOption, wholeNumber } from './options.ts';
import { textTable } from './textTable.ts';

interface PlanOptions {
  set: string[];
  env?: string;
  json?: boolean;
  gpus?: number;
  ranks?: number;
  perMachine: number;
  network: number;
  memory?: number;
  microBatchMs?: number;
  updateMs?: number;
  sumOf?: number;
}

/** Of a link's own speed, what messages of MPI over TCP get. */
const ARRIVES = 0.7;
const MESSAGE_SECONDS = 20e-6;
/** Where there is no MPI here to measure with: of the two that were measured the slower one. */
const ASSUMED_MEMORY = 2.5e9;
/** What is added up at once, so that measuring is no matter of memory. */
const MOST_TIMED = 64e6;

export function planCommand(cli: Cli): Command {
  return new Command('plan')
    .summary('predict what a step costs with several ranks')
    .description(
      'Says for numbers of ranks how long a step would take and how much memory each rank needs, and which one pays. A micro-batch and ' +
        'an update are timed here, on one rank, unless they are given: for other devices give what a step took there. ' +
        'Every rank keeps the whole student.',
    )
    .argument('[config]', 'a YAML file, or a preset')
    .option('--gpus <n>', 'up to so many ranks, each with its own device', wholeNumber(1))
    .option(
      '--ranks <n>',
      'up to so many ranks that share the cores of their machine',
      wholeNumber(1),
    )
    .addOption(
      new Option('--per-machine <n>', 'ranks of one machine').default(8).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option('--network <speed>', "a machine's link, such as 200Gb (bits a second)")
        .default(25e9, '25Gb')
        .argParser(bitsPerSecond),
    )
    .option('--memory <GB>', 'of each device or machine; what needs more is marked', realNumber(0))
    .option(
      '--micro-batch-ms <ms>',
      'what a micro-batch takes there, instead of timing it',
      realNumber(0),
    )
    .option('--update-ms <ms>', 'what an update takes there, with --micro-batch-ms', realNumber(0))
    .addOption(new Option('--sum-of <bytes>').argParser(wholeNumber(4)).hideHelp())
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'plan my-config.yaml --gpus 64 --network 200Gb --micro-batch-ms 40 --update-ms 8',
        'plan my-config.yaml --ranks 4',
      ),
    )
    .action(async (config: string | undefined, options: PlanOptions) => {
      if (options.sumOf !== undefined) return timeSum(cli, options.sumOf);
      if (config === undefined) {
        throw new DeepCoderError('usage', 'plan: name a config', { exitCode: 2 });
      }
      await plan(cli, config, options);
    });
}

async function plan(cli: Cli, path: string, options: PlanOptions): Promise<void> {
  const { set, env: environment, json = false, gpus, ranks = 8, perMachine, network } = options;
  const { config } = await loadForRun(cli, { path, set, environment, env: cli.env });
  const fit = await fitRun(config, cli.cwd);
  const [problem] = fit.problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined || fit.trainedParameters === null) {
    const message = problem?.message ?? 'the student is not known yet; run deepcoder check';
    throw new DeepCoderError(problem?.code ?? 'plan', message, { exitCode: 2 });
  }
  const count = availableParallelism();
  const threads = config.engine.threads === 0 && gpus === undefined ? 1 : config.engine.threads;
  const cluster: Cluster = {
    ranksPerMachine: perMachine,
    networkBytesPerSecond: (ARRIVES * network) / 8,
    messageSeconds: MESSAGE_SECONDS,
    cores: gpus === undefined ? { count, threads } : null,
  };
  const say = (text: string): void => {
    if (!json) print(cli, text);
  };
  const microBatches = config.train.gradientAccumulationSteps;
  const gradientBytes = 4 * fit.trainedParameters;
  const hasTeacher = givesScores(config.teacher.type);
  const timed = await stepCosts(cli, { path, options, microBatches, threads, hasTeacher, say });
  const memory = await measureSum(cli, Math.min(gradientBytes, MOST_TIMED));
  say(
    memory === null
      ? `two ranks add up ${bytesText(ASSUMED_MEMORY)} a second (assumed: there is no MPI here)`
      : `two ranks add up ${bytesText(memory)} a second here (timed)`,
  );
  const costs: StepCosts = {
    ...{ ...timed, microBatches, gradientBytes },
    memoryBytesPerSecond: memory ?? ASSUMED_MEMORY,
  };
  const layouts = counts(gpus ?? ranks)
    .filter((n) => canShare(n, config.train))
    .map((n) => layoutOf(n, costs, cluster));
  const best = recommended(layouts);
  if (json) {
    printJson(cli, { costs, cluster, memory_bytes: fit.memoryBytes, layouts, recommended: best });
    return;
  }
  const { memoryBytes, tokensPerStep } = fit;
  const limit = options.memory === undefined ? Infinity : options.memory * 1e9;
  const rows = layouts.map((one) => rowOf(one, { memoryBytes, tokensPerStep, limit }));
  print(cli, '', textTable([HEADER, ...rows]), '', advice(best, layouts, microBatches));
}

async function stepCosts(
  cli: Cli,
  {
    path,
    options: { set, env, microBatchMs, updateMs },
    microBatches,
    threads,
    hasTeacher,
    say,
  }: {
    path: string;
    options: PlanOptions;
    microBatches: number;
    threads: number;
    hasTeacher: boolean;
    say: (text: string) => void;
  },
): Promise<Pick<StepCosts, 'microBatchSeconds' | 'updateSeconds'>> {
  const isGiven = microBatchMs !== undefined;
  if (!isGiven) say('timing some steps on one rank');
  const found = isGiven
    ? { microBatchSeconds: microBatchMs / 1000, updateSeconds: (updateMs ?? 0) / 1000 }
    : await measureStep(cli, {
        config: path,
        set,
        environment: env,
        microBatches,
        threads,
        hasTeacher,
      });
  const text = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
  say(
    `a micro-batch takes ${text(found.microBatchSeconds)}, an update ${text(found.updateSeconds)} (${isGiven ? 'given' : 'timed'})`,
  );
  return found;
}

/** 1, 2, 4 and so on, and the most itself. */
function counts(most: number): number[] {
  const found = [1];
  while (2 * found.at(-1)! <= most) found.push(2 * found.at(-1)!);
  return found.at(-1) === most ? found : [...found, most];
}

function canShare(
  ranks: number,
  step: { microBatchSize: number; gradientAccumulationSteps: number },
): boolean {
  try {
    dealFor({ rank: 0, ranks }, step);
    return true;
  } catch (error) {
    if (error instanceof DeepCoderError) return false;
    throw error;
  }
}

const HEADER = [
  'ranks',
  'machines',
  'step ms',
  'compute',
  'sum',
  'tokens/s',
  'speed',
  'at work',
  'memory',
];

function rowOf(
  layout: Layout,
  facts: { memoryBytes: number | null; tokensPerStep: number; limit: number },
): string[] {
  const { memoryBytes, tokensPerStep, limit } = facts;
  const ms = (seconds: number): string => (1000 * seconds).toFixed(1);
  const memory = memoryBytes === null ? '' : bytesText(memoryBytes);
  return [
    ...[layout.ranks, layout.machines].map(String),
    ...[ms(layout.stepSeconds), ms(layout.computeSeconds), ms(layout.sumSeconds)],
    (tokensPerStep / layout.stepSeconds).toFixed(0),
    layout.speedup.toFixed(2),
    `${(100 * layout.efficiency).toFixed(0)} %`,
    memoryBytes !== null && memoryBytes > limit ? `${memory}, too much` : memory,
  ];
}

function advice(best: Layout | null, layouts: readonly Layout[], microBatches: number): string {
  if (best === null) return 'no number of ranks shares a step evenly';
  const most = layouts.at(-1)!;
  const more =
    most.ranks > best.ranks
      ? `; with more, ranks wait for over half of the time, unless train.gradient_accumulation_steps (${microBatches}) is larger`
      : '';
  return `recommended: ${best.ranks} ${best.ranks === 1 ? 'rank' : 'ranks'}${more}`;
}

/** `200Gb`, `10 Gbit/s`, `800Mb`. */
function bitsPerSecond(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)\s*([GMT])b(?:it)?(?:ps|\/s)?$/i.exec(text) ?? [];
  const scale = { M: 1e6, G: 1e9, T: 1e12 }[unit.toUpperCase()];
  if (number === undefined || scale === undefined) {
    throw new InvalidArgumentError('Give bits a second, for example 200Gb.');
  }
  return Number(number) * scale;
}
