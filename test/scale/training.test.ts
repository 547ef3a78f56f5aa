import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  type Started,
  until,
} from '../support/deepcoderProgram.ts';
import {
  metricsOf,
  numbersOf,
  runFolders,
  runState,
  workshop,
  writeConfig,
} from '../support/workshop.ts';
import { testMpis } from './mpis.ts';

const mpis = await testMpis();
const usable = mpis.filter(({ mpi, name }) => mpi !== null && name !== 'mpich, its own ABI');

let folder: string;
const programs = new Map<string, Deepcoder>();

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  for (const { name, mpi } of usable) {
    const env = { DEEPCODER_MPIRUN: mpi!.mpirun, DEEPCODER_RANK_TIMEOUT: '6' };
    programs.set(name, deepcoderIn(folder, env));
  }
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All that could depend on who computes what: a teacher, weights that follow losses, an easy-first order. */
const KINDS = {
  'micro-batches of rows that are shared': `
teacher: {type: checkpoint, model: teacher, top_k: 8}
weights: {strategy: adaptive, adaptive: {every: 3}}
train: {micro_batch_size: 4, gradient_accumulation_steps: 1}`,
  'micro-batches that are dealt': `
data: {order: curriculum}
teacher: {type: checkpoint, model: teacher, top_k: 8}
weights: {strategy: confidence}
train: {micro_batch_size: 1, gradient_accumulation_steps: 4}`,
  'both, an adapter and dropout': `
student: {model: teacher, lora: {r: 4, dropout: 0.2}, architecture: null}
train: {micro_batch_size: 2, gradient_accumulation_steps: 2}`,
};

function configOf(name: string, kind: keyof typeof KINDS, more = ''): string {
  const text = KINDS[kind].replace('train: {', `train: {steps: 50, `);
  return writeConfig(
    folder,
    `${name}.yaml`,
    `run: {name: ${name}}${text}\neval: {every: 10}\ncheckpoints: {every: 10}\n${more}`,
  );
}

async function trained(program: Deepcoder, config: string, ranks: number): Promise<string> {
  const args = ranks === 1 ? [] : ['--ranks', String(ranks)];
  const { code, stderr, stdout } = await program.run('train', config, ...args);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return runFolders(folder, path.basename(config, '.yaml')).at(-1)!;
}

function largestDifference(one: string, other: string): number {
  const [first, second] = [metricsOf(one), metricsOf(other)];
  expect(second.map(({ step, tokensSeen }) => [step, tokensSeen])).toEqual(
    first.map(({ step, tokensSeen }) => [step, tokensSeen]),
  );
  let most = 0;
  first.forEach(({ values }, i) => {
    for (const name of ['train/loss', 'eval/loss', 'train/learning_rate', 'train/loss/action']) {
      const [a, b] = [values[name], second[i]!.values[name]];
      if (a === undefined && b === undefined) continue;
      most = Math.max(most, Math.abs(a! - b!));
    }
  });
  return most;
}

describe.each(usable.length === 0 ? mpis.slice(0, 1) : usable)('over $name', ({ name, mpi }) => {
  const it = test.skipIf(mpi === null);
  const program = (): Deepcoder => programs.get(name)!;

  it.each(Object.keys(KINDS) as (keyof typeof KINDS)[])(
    '1, 2 and 4 ranks have the same losses: %s',
    async (kind) => {
      const config = configOf('same', kind);
      const one = await trained(program(), config, 1);
      for (const ranks of [2, 4]) {
        const several = await trained(program(), config, ranks);
        expect(largestDifference(one, several)).toBeLessThan(1e-5);
        expect(metricsOf(several).filter(({ values }) => 'train/loss' in values)).toHaveLength(50);
      }
    },
  );

  it('the same ranks have the same bits, and each has its log', async () => {
    const config = configOf('bits', 'micro-batches of rows that are shared');
    const [one, other] = [await trained(program(), config, 2), await trained(program(), config, 2)];
    expect(numbersOf(other)).toEqual(numbersOf(one));
    const weights = (run: string): Buffer =>
      readFileSync(path.join(run, 'checkpoints/step-000050/model.safetensors'));
    expect(weights(other).equals(weights(one))).toBe(true);
    expect(readdirSync(path.join(one, 'ranks'))).toEqual(['1']);
    expect(readFileSync(path.join(one, 'ranks/1/trainer.log'), 'utf8')).toContain('executor onnx');
  });

  it('a stop reaches all ranks, and another number of them goes on', async () => {
    const config = configOf('stopped', 'micro-batches of rows that are shared');
    const whole = await trained(program(), config, 1);
    const started = program().start('train', config, '--ranks', '2');
    const run = await untilStep(started, 'stopped', 12, whole);
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect({ code, stderr, state: runState(run) }).toEqual({
      ...{ code: 130, stderr: '', state: 'stopped' },
    });
    const resumed = await program().run('resume', run, '--ranks', '4');
    expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(runState(run)).toBe('finished');
    expect(largestDifference(whole, run)).toBeLessThan(1e-5);
  });

  it('a rank that is killed is named, and the run goes on from its newest checkpoint', async () => {
    const config = configOf('killed', 'micro-batches of rows that are shared');
    const whole = await trained(program(), config, 2);
    const started = program().start('train', config, '--ranks', '2');
    const run = await untilStep(started, 'killed', 14, whole);
    const pid = rankProcess(run, 1);
    process.kill(pid, 'SIGKILL');
    const { code, stderr } = await started.ended;
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: rank 1 on \S+ \(process \d+\) was killed \(signal 9\); .*\n$/);
    const resumed = await program().run('resume', run, '--ranks', '2');
    expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(numbersOf(run)).toEqual(numbersOf(whole));
  });

  it('with --max-restarts it goes on by itself', async () => {
    const config = configOf('again', 'micro-batches of rows that are shared');
    const whole = await trained(program(), config, 2);
    const started = program().start('train', config, '--ranks', '2', '--max-restarts', '1');
    const run = await untilStep(started, 'again', 14, whole);
    process.kill(rankProcess(run, 0), 'SIGKILL');
    const { code, stderr, stdout } = await started.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('restart 1 of 1');
    expect(numbersOf(run)).toEqual(numbersOf(whole));
  });

  it('a rank that hangs is named by the others', async () => {
    const config = configOf('hung', 'micro-batches of rows that are shared');
    const whole = await trained(program(), config, 1);
    const started = program().start('train', config, '--ranks', '2', '--set', 'train.steps=100000');
    const run = await untilStep(started, 'hung', 12, whole);
    const pid = rankProcess(run, 1);
    process.kill(pid, 'SIGSTOP');
    // Shorter than the others wait: then nothing has happened.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    process.kill(pid, 'SIGCONT');
    const reached = metricsOf(run).length;
    await until(started, () => metricsOf(run).length > reached + 20);
    process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    const { code, stderr } = await started.ended;
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: rank 1 on \S+ \(process \d+\) has given no sign of life/);
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});

test.skipIf(usable.length === 0)(
  'what cannot be shared evenly is said before anything runs',
  async () => {
    const config = configOf('uneven', 'micro-batches of rows that are shared');
    const program = programs.get(usable[0]!.name)!;
    const { code, stderr } = await program.run('train', config, '--ranks', '3');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: 3 ranks cannot share the 4 rows of a step evenly: .*\n$/);
  },
);

/** Waits for a run of this name other than `before`. */
async function untilStep(
  started: Started,
  name: string,
  step: number,
  before: string,
): Promise<string> {
  return until(started, () => {
    const run = runFolders(folder, name).at(-1);
    return run !== undefined && run !== before && metricsOf(run).length >= step && run;
  });
}

function rankProcess(run: string, rank: number): number {
  const log = readFileSync(path.join(run, 'trainer.log'), 'utf8');
  const found = [...log.matchAll(/rank (\d+): process (\d+)/g)].find(
    ([, of]) => Number(of) === rank,
  );
  return Number(found![2]);
}
