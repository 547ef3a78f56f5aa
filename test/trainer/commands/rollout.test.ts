import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
  until,
} from '../../support/deepcoderProgram.ts';
import { metricsOf, numbersOf, runFolders, workshop, writeConfig } from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const latest = (name: string): string => runFolders(folder, name).at(-1)!;

function config(name: string, more: string, rest = ''): string {
  return writeConfig(
    folder,
    `${name}.yaml`,
    `run: {name: ${name}}
teacher: {type: checkpoint, model: teacher, top_k: 8}
train: {steps: 12, learning_rate: 1.0e-3, lr_scheduler_type: constant, rollout: {${more}}}
eval: {every: 0}
checkpoints: {every: 4}
${rest}`,
  );
}

test(
  'a run that learns from its own turns goes on with the numbers of an uninterrupted one',
  async () => {
    const mixed =
      'share: 0.5, group: 3, max_turns: 3, prefix: teacher, curriculum: {start: 1, every: 2, max: 3}';
    const file = config('mixed', mixed);
    expect(await deepcoder.run('train', file)).toMatchObject({ code: 0, stderr: '' });
    const whole = latest('mixed');
    const kinds = metricsOf(whole).map(({ values }) =>
      values['rollout/kl'] === undefined ? 'recorded' : 'rollout',
    );
    expect(new Set(kinds)).toEqual(new Set(['recorded', 'rollout']));
    const started = deepcoder.start('train', file, '--set', 'run.name=cut');
    await until(started, () => {
      const run = runFolders(folder, 'cut').at(-1);
      return run !== undefined && metricsOf(run).length >= 6;
    });
    started.child.kill('SIGKILL');
    await started.ended;
    const { code, stderr } = await deepcoder.run('resume', 'cut');
    expect(code, stderr).toBe(0);
    expect(numbersOf(latest('cut'))).toEqual(numbersOf(whole));
    const weights = (of: string): Buffer =>
      readFileSync(path.join(of, 'checkpoints/step-000012/model.safetensors'));
    expect(weights(latest('cut')).equals(weights(whole))).toBe(true);
    const log = readFileSync(path.join(whole, 'trainer.log'), 'utf8');
    expect(log).toMatch(/lot 0, KL by turn/);
  },
  PATIENCE_MS,
);

test.each(['reverse_kl', 'kl', 'jsd', 'policy_gradient'])(
  'a student that equals its teacher has nothing to learn by %s',
  async (loss) => {
    const file = config(
      `equal-${loss}`,
      `share: 1, group: 3, max_turns: 2, loss: ${loss}`,
      'student: {architecture: null, model: teacher}\n',
    );
    const { code, stderr } = await deepcoder.run('train', file, '--set', 'train.steps=1');
    expect(code, stderr).toBe(0);
    const { values } = metricsOf(latest(`equal-${loss}`))[0]!;
    expect(Math.abs(values['rollout/kl']!)).toBeLessThan(1e-5);
    expect(values['train/grad_norm']).toBeLessThan(1e-5);
  },
  PATIENCE_MS,
);

test(
  'cold start, and a teacher that gives no scores',
  async () => {
    const cold = config('cold', 'share: 1, group: 2, max_turns: 1, cold_start_steps: 3');
    const { code } = await deepcoder.run('train', cold, '--set', 'train.steps=5');
    expect(code).toBe(0);
    // The last record is the evaluation's.
    const steps = metricsOf(latest('cold')).slice(0, 5);
    const own = steps.map(({ values }) => values['rollout/kl'] !== undefined);
    expect(own).toEqual([false, false, false, true, true]);
    const none = await deepcoder.run('train', cold, '--set', 'teacher={type: none}');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('train.rollout.share: the teacher scores what the student says');
  },
  PATIENCE_MS,
);
