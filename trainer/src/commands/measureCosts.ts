import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { parseMetrics } from '@deepcoder/vocabulary';
import { findMpi } from '../engine/collective/findMpi.ts';
import { openRanks } from '../engine/collective/openRanks.ts';
import { rankEnvironment } from '../engine/collective/rankEnvironment.ts';
import { mpirunCommand } from '../launch/mpirunCommand.ts';
import { runTool } from '../launch/runTool.ts';
import type { Cli } from './cli.ts';

export interface MeasureRequest {
  config: string;
  /** Of `train`: `--set` and `--env`. */
  set: readonly string[];
  environment: string | undefined;
  /** Of the config. */
  microBatches: number;
  /** Of a rank, as the layouts have them. */
  threads: number;
  hasTeacher: boolean;
}

const STEPS = 12;
/** They compile, and touch memory for the first time. */
const WARM_UP = 3;

/**
 * Trains some steps of a config on one rank with A and 2A micro-batches a step, in a folder of its own: the difference is what
 * micro-batches take, the rest what an update takes. The quickest steps count, since others have waited for something else.
 */
export async function measureStep(
  cli: Cli,
  request: MeasureRequest,
): Promise<{ microBatchSeconds: number; updateSeconds: number }> {
  const { microBatches } = request;
  const once = await stepSeconds(cli, request, microBatches);
  const twice = await stepSeconds(cli, request, 2 * microBatches);
  const microBatchSeconds = Math.max(0, twice - once) / microBatches;
  return {
    microBatchSeconds,
    updateSeconds: Math.max(0, once - microBatches * microBatchSeconds),
  };
}

async function stepSeconds(cli: Cli, request: MeasureRequest, each: number): Promise<number> {
  const { config, set, environment, threads, hasTeacher } = request;
  const folder = await mkdtemp(path.join(tmpdir(), 'deepcoder-plan-'));
  const settings = [
    ...set,
    ...[`run.dir=${JSON.stringify(folder)}`, 'run.name=plan', `train.steps=${STEPS}`],
    ...[`train.gradient_accumulation_steps=${each}`, `engine.threads=${threads}`],
    ...[
      'eval.every=0',
      'eval.environment=null',
      'eval.environments=[]',
      'checkpoints.every=0',
      'log.every=1',
    ],
    // Scores that another run has kept would not be there for all steps.
    ...(hasTeacher ? [`teacher.cache=${JSON.stringify(path.join(folder, 'scores'))}`] : []),
  ];
  const named = environment === undefined ? [] : ['--env', environment];
  try {
    const program = path.join(cli.programFolder, 'dist', 'deepcoder.mjs');
    await runTool(
      [process.execPath, program, 'train', config, '--on', 'local', ...named, '--set', ...settings],
      placeOf(cli),
    );
    const [run = ''] = (await readdir(folder)).filter((name) => name.startsWith('plan-'));
    const text = await readFile(path.join(folder, run, 'metrics.jsonl'), 'utf8');
    const times = parseMetrics(text)
      .records.filter(({ values }) => 'train/loss' in values)
      .map(({ time }) => time);
    const seconds = times.slice(1).map((time, i) => time - times[i]!);
    return least(seconds.slice(WARM_UP - 1));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ROUNDS = 7;

/** Bytes a second at which two ranks of this machine add up gradients; null where there is no MPI. */
export async function measureSum(cli: Cli, bytes: number): Promise<number | null> {
  const [mpi] = findMpi(cli.env);
  if (mpi === undefined) return null;
  const env = {
    DEEPCODER_MPI_LIBRARY: mpi.library,
    UV_THREADPOOL_SIZE: '12',
    DEEPCODER_RANKS: '2',
  };
  const program = path.join(cli.programFolder, 'dist', 'deepcoder.mjs');
  const own = [process.execPath, program, 'plan', '--sum-of', String(bytes)];
  const made = mpirunCommand(mpi, { ranks: 2, env }, own);
  const place = { ...placeOf(cli), env: { ...cli.env, ...made.env } };
  const { stdout } = await runTool([made.command, ...made.args], place);
  const seconds = Number(/seconds (\S+)/.exec(stdout.toString())?.[1]);
  // By the model two ranks move 2 G through memory.
  return (2 * bytes) / seconds;
}

/** What each of the two ranks does. */
export async function timeSum(cli: Cli, bytes: number): Promise<void> {
  const started = rankEnvironment(cli.env);
  if (started === null) {
    throw new DeepCoderError('usage', '--sum-of is for ranks, which mpirun starts', {
      exitCode: 2,
    });
  }
  const { collective } = await openRanks(cli.env, started);
  const gradients = new Float32Array(bytes / 4).fill(1e-3);
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await collective.barrier();
    const began = performance.now();
    await collective.allReduce(gradients);
    if (round > 0) times.push((performance.now() - began) / 1000);
    gradients.fill(1e-3);
  }
  if (collective.rank === 0) cli.stdout.write(`seconds ${least(times)}\n`);
  await collective.close();
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.min(one, other), Infinity);
}

function placeOf({ cwd, env }: Cli) {
  return { cwd, env, what: 'plan', cure: 'it is started by this program' };
}
