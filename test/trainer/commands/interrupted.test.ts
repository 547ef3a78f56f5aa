import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  type Started,
  until,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import {
  metricsOf,
  numbersOf,
  runFolders,
  runState,
  workshop,
  writeConfig,
} from '../../support/workshop.ts';

interface Scored {
  tokens: number;
}

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const latest = (name: string): string => runFolders(folder, name).at(-1)!;

/** Teacher, adaptive weights and accumulation, so that all that a checkpoint keeps has a part. */
function longConfig(name: string, steps: number): string {
  return writeConfig(
    folder,
    `${name}.yaml`,
    `run: {name: ${name}}
teacher: {type: checkpoint, model: teacher, top_k: 8}
weights: {strategy: adaptive, adaptive: {every: 3}}
train: {steps: ${steps}, gradient_accumulation_steps: 2}
eval: {every: 8}
checkpoints: {every: 5}
`,
  );
}

async function untilStep(started: Started, name: string, step: number): Promise<string> {
  return until(started, () => {
    const run = runFolders(folder, name).at(-1);
    return run !== undefined && metricsOf(run).length >= step && run;
  });
}

test(
  'a run that was killed says so, and goes on with the numbers of an uninterrupted one',
  async () => {
    const config = longConfig('whole', 24);
    expect(await deepcoder.run('train', config)).toMatchObject({ code: 0, stderr: '' });
    const started = deepcoder.start('train', config, '--set', 'run.name=killed');
    const run = await untilStep(started, 'killed', 14);
    started.child.kill('SIGKILL');
    await started.ended;
    const listed = JSON.parse((await deepcoder.run('runs', '--json')).stdout) as {
      status: string;
      name: string;
    }[];
    expect(listed.map(({ name, status }) => [name, status])).toEqual([
      ['whole', 'finished'],
      ['killed', 'crashed'],
    ]);
    const { code, stdout } = await deepcoder.run('resume', 'killed');
    expect(stdout).toContain('finished after step 24');
    expect(code).toBe(0);
    const whole = latest('whole');
    expect(numbersOf(run)).toEqual(numbersOf(whole));
    const weights = (of: string): Buffer =>
      readFileSync(path.join(of, 'checkpoints/step-000024/model.safetensors'));
    expect(weights(run).equals(weights(whole))).toBe(true);
    // As one that was killed while it wrote its report.
    const half = path.join(run, '.report.html.1234.5.tmp');
    renameSync(path.join(run, 'report.html'), half);
    const again = await deepcoder.run('resume', 'killed');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('the run is finished; its report was written anew');
    expect(readFileSync(path.join(run, 'report.html'), 'utf8')).toContain('</html>');
    expect(readdirSync(run)).not.toContain(path.basename(half));
  },
  PATIENCE_MS,
);

test(
  'an early stop comes at the same step from whatever checkpoint the run goes on',
  async () => {
    const config = writeConfig(
      folder,
      'early.yaml',
      `run: {name: early}
teacher: {type: checkpoint, model: teacher, top_k: 8}
train: {steps: 100, learning_rate: 2.0e-1, lr_scheduler_type: constant, early_stopping: {patience: 2}}
eval: {every: 3}
checkpoints: {every: 5, keep: 100}
`,
    );
    expect((await deepcoder.run('train', config)).stdout).toContain('finished after step');
    const whole = latest('early');
    const checkpoints = readdirSync(path.join(whole, 'checkpoints')).sort();
    const last = checkpoints.at(-1)!;
    expect(last).not.toBe('step-000100');
    const weights = (of: string, checkpoint: string): Buffer =>
      readFileSync(path.join(of, checkpoint, 'model.safetensors'));
    for (const checkpoint of checkpoints) {
      const run = killedAfter(whole, checkpoint);
      expect(await deepcoder.run('resume', run)).toMatchObject({ code: 0, stderr: '' });
      expect([checkpoint, numbersOf(run)]).toEqual([checkpoint, numbersOf(whole)]);
      for (const kept of [`checkpoints/${last}`, 'best'])
        expect(weights(run, kept).equals(weights(whole, kept)), `${checkpoint} ${kept}`).toBe(true);
      rmSync(run, { recursive: true });
    }
  },
  PATIENCE_MS,
);

/** A copy of a run as a kill leaves it that comes when this checkpoint has just been written. */
function killedAfter(run: string, checkpoint: string): string {
  const copy = path.join(folder, 'runs', `after-${checkpoint}`);
  cpSync(run, copy, { recursive: true });
  rmSync(path.join(copy, 'best'), { recursive: true });
  for (const later of readdirSync(path.join(copy, 'checkpoints')))
    if (later > checkpoint) rmSync(path.join(copy, 'checkpoints', later), { recursive: true });
  const file = path.join(copy, 'run.json');
  const killed = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), state: 'running' };
  writeFileSync(file, JSON.stringify(killed));
  return copy;
}

test(
  'Ctrl-C writes a checkpoint and ends with 130; the run then goes on to the same end, from any folder',
  async () => {
    const config = longConfig('cut', 24);
    const started = deepcoder.start('train', config);
    const run = await untilStep(started, 'cut', 7);
    started.child.kill('SIGINT');
    const { code, stdout } = await started.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('stopped after step');
    expect(runState(run)).toBe('stopped');
    const last = metricsOf(run).at(-1)!.step;
    expect(readdirSync(path.join(run, 'checkpoints'))).toContain(
      `step-${String(last).padStart(6, '0')}`,
    );
    const elsewhere = deepcoderIn(path.join(folder, 'teacher'));
    expect(await elsewhere.run('resume', run)).toMatchObject({ code: 0, stderr: '' });
    expect(numbersOf(run)).toEqual(numbersOf(latest('whole')));
  },
  PATIENCE_MS,
);

test(
  'a terminal that closes ends a run as Ctrl-C does, with a checkpoint',
  async () => {
    const started = deepcoder.start('train', longConfig('hung-up', 100_000));
    const run = await untilStep(started, 'hung-up', 2);
    started.child.kill('SIGHUP');
    expect((await started.ended).code).toBe(130);
    expect(runState(run)).toBe('stopped');
    expect(readdirSync(path.join(run, 'checkpoints'))).not.toEqual([]);
  },
  PATIENCE_MS,
);

test(
  'a second Ctrl-C ends at once, but not one that is the first delivered twice',
  async () => {
    const started = deepcoder.start('train', longConfig('twice', 100_000));
    const run = await untilStep(started, 'twice', 2);
    started.child.kill('SIGINT');
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    expect(runState(run)).toBe('stopped');
  },
  PATIENCE_MS,
);

test('a run that was killed as it began has nothing to go on with', async () => {
  const run = path.join(folder, 'runs', 'begun');
  mkdirSync(run);
  const file = readFileSync(path.join(latest('whole'), 'run.json'), 'utf8');
  const begun = { ...(JSON.parse(file) as object), id: 'begun', name: 'begun', state: 'running' };
  writeFileSync(path.join(run, 'run.json'), JSON.stringify(begun));
  const { code, stderr } = await deepcoder.run('resume', run);
  rmSync(run, { recursive: true });
  expect(stderr).toContain('no checkpoint to go on from');
  expect(code).toBe(3);
});

test(
  'a damaged run.json is made anew from the newest checkpoint, once that is agreed to',
  async () => {
    const whole = latest('whole');
    const run = path.join(folder, 'runs', 'damaged');
    cpSync(whole, run, { recursive: true });
    const file = path.join(run, 'run.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    const refused = await deepcoder.run('resume', run);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('run.json: is not JSON');
    expect(refused.stderr).toContain('--accept-changes makes it anew');
    const { code, stderr } = await deepcoder.run('resume', run, '--accept-changes');
    expect([code, stderr]).toEqual([0, '']);
    expect(runState(run)).toBe('finished');
    expect(numbersOf(run)).toEqual(numbersOf(whole));
    rmSync(run, { recursive: true });
  },
  PATIENCE_MS,
);

test(
  'resume refuses what has changed since, and says what; --accept-changes goes on',
  async () => {
    const started = deepcoder.start('train', longConfig('edited', 100_000));
    const run = await untilStep(started, 'edited', 3);
    started.child.kill('SIGTERM');
    expect((await started.ended).code).toBe(130);
    const file = path.join(run, 'config.yaml');
    const text = readFileSync(file, 'utf8')
      .replace('steps: 100000', 'steps: 12')
      .replace('keep: 3', 'keep: 2');
    writeFileSync(file, text);
    const refused = await deepcoder.run('resume', run);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('config train.steps: 100000 -> 12');
    // How many checkpoints are kept changes no number.
    expect(refused.stderr).not.toContain('keep');
    const accepted = await deepcoder.run('resume', run, '--accept-changes');
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toContain('finished after step');
  },
  PATIENCE_MS,
);

test(
  'scoring that is broken off goes on where it stopped',
  async () => {
    const config = writeConfig(
      folder,
      'scored.yaml',
      'data: {train: ["env:household?games=150&seed=2"]}\nteacher: {type: checkpoint, model: teacher, top_k: 8, cache: scores}\n',
    );
    const started = deepcoder.start('score', config);
    await until(started, () => started.stderr().includes('score 1/'));
    started.child.kill('SIGINT');
    expect(await started.ended).toMatchObject({ code: 130, stdout: '' });
    const rest = JSON.parse((await deepcoder.run('score', config, '--json')).stdout) as Scored;
    expect(rest.tokens).toBeGreaterThan(0);
    const batches = Number(/score 1\/(\d+)/.exec(started.stderr())![1]);
    expect(rest.tokens).toBeLessThan(batches * 700);
  },
  PATIENCE_MS,
);
