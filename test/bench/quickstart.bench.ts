import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type MetricsRecord, parseMetrics } from '@deepcoder/vocabulary';
import { loadRunConfig } from '../../trainer/src/commands/loadRunConfig.ts';
import { ENVIRONMENTS, WORKERS } from '../../trainer/src/commands/training.ts';
import { prepareRun } from '../../trainer/src/training/prepareRun.ts';
import { type Bench, type BenchContext, type BenchRow, median } from './bench.ts';

const PROGRAM = path.resolve('trainer/dist/deepcoder.mjs');
const TEACHER = path.resolve('trainer/assets/teacher');
const TOKENIZER = path.resolve('trainer/assets/household');

export const quickstartBenches: Bench[] = [
  { name: 'quickstart-start', run: startTime },
  { name: 'quickstart-data', run: dataShare },
];

/** From the start of the program to the record of its first step, nothing cached. */
async function startTime({ rounds }: BenchContext): Promise<BenchRow[]> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { startedAt, records } = await runQuickstart(1, ['train.steps=1', 'log.every=1']);
    seconds.push(records[0]!.time - startedAt);
  }
  const name = `quickstart${withTeacher()}: start to first step`;
  return [{ name, value: median(seconds), unit: 's', atMost: 5 }];
}

const STEPS = 40;
/** The first ones compile and touch memory. */
const WARM_UP = 10;

/**
 * What data takes of the time that the engine computes: making batches, which is done between steps, and
 * reading, parsing and tokenizing, which is done before the first one, spread over the steps of the run.
 */
async function dataShare(): Promise<BenchRow[]> {
  const sets = ['eval.environment=null', 'log.every=1', 'eval.every=0', 'checkpoints.every=0'];
  const { records } = await runQuickstart(STEPS, [`train.steps=${STEPS + 1}`, ...sets]);
  const [first, last] = [records[WARM_UP]!, records[STEPS - 1]!];
  const stepSeconds = (last.time - first.time) / (last.step - first.step);
  const perStep = records.slice(WARM_UP + 1, STEPS).map(dataSeconds);
  const batchSeconds = perStep.reduce((sum, one) => sum + one, 0) / perStep.length;
  const prepared = await preparation();
  const prepareSeconds = prepared.seconds / prepared.steps;
  const peer = { name: 'step', value: 1000 * stepSeconds };
  const row = (name: string, seconds: number): BenchRow => ({
    name: `quickstart${withTeacher()}: ${name}`,
    value: 1000 * seconds,
    unit: 'ms',
    peer,
    ratio: seconds / stepSeconds,
    atMost: 0.05,
  });
  return [
    row('batches, a step', batchSeconds),
    row(`parsing and tokenizing, over ${prepared.steps} steps`, prepareSeconds),
  ];
}

function dataSeconds({ values }: MetricsRecord): number {
  return values['train/data_seconds']!;
}

async function preparation(): Promise<{ seconds: number; steps: number }> {
  const set = settings();
  const { config } = await loadRunConfig({ path: 'quickstart', set, env: {} });
  const { data, schedule } = await prepareRun({
    config,
    cwd: process.cwd(),
    environments: ENVIRONMENTS,
    workers: WORKERS,
    progress: { say: () => undefined, advance: () => undefined },
  });
  return { seconds: data.report.timings.wallMs / 1000, steps: schedule.totalSteps };
}

interface Quickstart {
  /** Seconds since 1970. */
  startedAt: number;
  /** Of training steps. */
  records: MetricsRecord[];
}

/** Starts the program in an empty folder, and ends it when so many steps are recorded. */
async function runQuickstart(steps: number, sets: readonly string[]): Promise<Quickstart> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'deepcoder-bench-'));
  const all = [...settings(), ...sets].flatMap((set) => ['--set', set]);
  const startedAt = Date.now() / 1000;
  const child = spawn(process.execPath, [PROGRAM, 'quickstart', ...all], {
    cwd,
    // A world of its own: it sees no other run, with which it would share the cores.
    env: {
      ...process.env,
      DEEPCODER_ENV: '',
      DEEPCODER_CACHE: path.join(cwd, '.cache'),
      TMPDIR: cwd,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    return { startedAt, records: await stepRecords(child, cwd, steps) };
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(cwd, { recursive: true });
  }
}

const POLL_MS = 50;

async function stepRecords(
  child: ChildProcess,
  cwd: string,
  count: number,
): Promise<MetricsRecord[]> {
  for (;;) {
    const records = readRecords(path.join(cwd, 'runs')).filter((record) =>
      Object.hasOwn(record.values, 'train/loss'),
    );
    if (records.length >= count) return records.slice(0, count);
    if (child.exitCode !== null) throw new Error(`the quickstart ended with ${child.exitCode}`);
    await setTimeout(POLL_MS);
  }
}

function readRecords(runs: string): MetricsRecord[] {
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const file = path.join(runs, run ?? '', 'metrics.jsonl');
  return run !== undefined && existsSync(file)
    ? parseMetrics(readFileSync(file, 'utf8')).records
    : [];
}

/** Without the teacher's checkpoint the student learns from hard labels. */
function settings(): string[] {
  return existsSync(TEACHER)
    ? [`teacher.model=${TEACHER}`]
    : ['teacher.type=none', 'teacher.model=null', `tokenizer=${TOKENIZER}`];
}

function withTeacher(): string {
  return existsSync(TEACHER) ? '' : ' without a teacher';
}
