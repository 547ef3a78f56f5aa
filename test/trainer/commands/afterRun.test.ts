import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { metricsOf, runFolders, workshop, writeConfig } from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;

/** `taught` learnt from the teacher and played, `adapter` trained a LoRA adapter on the teacher's checkpoint. */
beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  const taught = writeConfig(
    folder,
    'taught.yaml',
    'run: {name: taught}\nteacher: {type: checkpoint, model: teacher, top_k: 8}\neval: {environment: household, games: 4}\n',
  );
  expect(await deepcoder.run('train', taught)).toMatchObject({ code: 0, stderr: '' });
  const adapter = writeConfig(
    folder,
    'adapter.yaml',
    'run: {name: adapter}\ntokenizer: null\nstudent: {architecture: null, model: teacher, lora: {r: 2, target_modules: [q_proj, up_proj]}}\ntrain: {learning_rate: 0.1}\n',
  );
  expect(await deepcoder.run('train', adapter)).toMatchObject({ code: 0, stderr: '' });
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const json = async <T>(...args: string[]): Promise<T> => {
  const ended = await deepcoder.run(...args, '--json');
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout) as T;
};

describe.concurrent('after a run', () => {
  test(
    'eval gives the very numbers of the evaluation in training',
    async () => {
      const { metrics, samples } = await json<{ metrics: Record<string, number>; samples: number }>(
        'eval',
        'taught',
        '--checkpoint',
        '3',
      );
      const run = runFolders(folder, 'taught')[0]!;
      const during = metricsOf(run).find(
        ({ step, values }) => step === 3 && 'eval/loss' in values,
      )!;
      expect(metrics).toEqual(during.values);
      expect(samples).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  test(
    'eval prints a table, a row a quantity, a column a kind',
    async () => {
      const { code, stdout } = await deepcoder.run('eval', 'adapter');
      expect(code).toBe(0);
      expect(stdout).toMatch(/all\s+reasoning\s+action/);
      expect(stdout).toMatch(/token accuracy\s+\d/);
    },
    PATIENCE_MS,
  );

  test(
    'play --save writes episodes that parse again',
    async () => {
      const played = await json<{ games: number; episodes: { file: string; steps: number }[] }>(
        ...['play', 'taught', '--games', '3', '--save', 'episodes', '--temperature', '0.7'],
      );
      expect(played.games).toBe(3);
      const files = played.episodes.map(({ file }) => file);
      expect(readdirSync(path.join(folder, 'episodes'))).toHaveLength(3);
      const parsed = await deepcoder.run('parse', '--json', ...files);
      for (const line of parsed.stdout.trim().split('\n')) {
        const { format, spans } = JSON.parse(line) as { format: string; spans: { kind: string }[] };
        expect(format).toBe('react_text');
        expect(spans.map(({ kind }) => kind)).toEqual(
          expect.arrayContaining(['task', 'observation']),
        );
      }
    },
    PATIENCE_MS,
  );

  test(
    'play --who teacher plays the teacher; a run without one says so',
    async () => {
      const { who, games } = await json<{ who: string; games: number }>(
        ...['play', 'taught', '--games', '2', '--who', 'teacher'],
      );
      expect([who, games]).toEqual(['teacher', 2]);
      expect(await deepcoder.run('play', 'adapter', '--who', 'teacher')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('no teacher') as string,
      });
    },
    PATIENCE_MS,
  );

  test(
    'merge writes a plain checkpoint: the base where nothing was adapted, more where it was',
    async () => {
      const out = path.join(folder, 'merged');
      expect(await json('merge', 'adapter', '--out', 'merged')).toMatchObject({
        out,
        dtype: 'F32',
      });
      const merged = await openCheckpoint(out);
      const base = await openCheckpoint(path.join(folder, 'teacher'));
      const differs = async (name: string): Promise<boolean> => {
        const [a, b] = [await merged.read(name), await base.read(name)];
        return a.some((value, i) => value !== b[i]);
      };
      expect(await differs('model.layers.0.self_attn.q_proj.weight')).toBe(true);
      expect(await differs('model.layers.0.self_attn.k_proj.weight')).toBe(false);
      expect(existsSync(path.join(out, 'tokenizer.json'))).toBe(true);
      const again = await deepcoder.run('merge', 'adapter', '--out', 'merged');
      expect(again).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('not empty') as string,
      });
    },
    PATIENCE_MS,
  );

  test(
    "report writes a run's report again",
    async () => {
      const { code, stdout } = await deepcoder.run('report', 'taught', '--out', 'taught.html');
      expect(code).toBe(0);
      expect(stdout).toContain('taught.html');
      expect(readFileSync(path.join(folder, 'taught.html'), 'utf8')).toContain('<html');
    },
    PATIENCE_MS,
  );

  test(
    'compare shows metrics side by side, config differences, and writes an overlay',
    async () => {
      const { code, stdout } = await deepcoder.run(
        'compare',
        'taught',
        'adapter',
        '--html',
        'both.html',
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/eval\/loss +[\d.]+ +[\d.]+\n/);
      expect(stdout).toMatch(/student\.lora\.r +- +2\n/);
      expect(stdout).not.toContain('run.seed');
      const html = readFileSync(path.join(folder, 'both.html'), 'utf8');
      for (const name of ['taught', 'adapter']) expect(html).toContain(name);
      const compared = await json<{ runs: { metrics: Record<string, number> }[]; config: object }>(
        ...['compare', 'taught', 'adapter'],
      );
      expect(compared.runs[0]!.metrics['play/success']).toBe(0);
      expect(compared.config).toMatchObject({ 'run.name': ['taught', 'adapter'] });
    },
    PATIENCE_MS,
  );

  test(
    'runs lists what there is, in the given folder',
    async () => {
      const { stdout } = await deepcoder.run('runs');
      expect(stdout).toMatch(/taught-\d{8}-\d{6} +finished +6\/6 +eval\/loss \d/);
      expect(await json('runs', 'nowhere')).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'score fills the cache once',
    async () => {
      const first = await json<{ samples: number; tokens: number }>(
        ...['score', 'taught.yaml', '--set', 'teacher.cache=scores'],
      );
      expect(first.samples).toBe(30);
      expect(first.tokens).toBeGreaterThan(1000);
      expect(await json('score', 'taught.yaml', '--set', 'teacher.cache=scores')).toMatchObject({
        samples: 30,
        tokens: 0,
      });
    },
    PATIENCE_MS,
  );

  test.each([
    { asked: 'taugth', message: 'did you mean taught?' },
    { asked: 'nothing-like-it', message: 'deepcoder runs' },
  ])(
    'run $asked: $message',
    async ({ asked, message }) => {
      const { code, stderr } = await deepcoder.run('eval', asked);
      expect(code).toBe(3);
      expect(stderr).toContain(message);
    },
    PATIENCE_MS,
  );

  test(
    'a checkpoint that is not there: those that are, are named',
    async () => {
      const { code, stderr } = await deepcoder.run('eval', 'taught', '--checkpoint', '5');
      expect(code).toBe(3);
      expect(stderr).toContain('no checkpoint of step 5; it has those of steps ');
    },
    PATIENCE_MS,
  );
});
