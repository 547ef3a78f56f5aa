import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, deepcoderIn, PATIENCE_MS, until } from '../../support/deepcoderProgram.ts';
import { fakeHub } from '../../support/fakeHub.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const ASSETS = path.join(import.meta.dirname, '../../../trainer/assets/teacher');

beforeAll(buildProgram, PATIENCE_MS);

/** A real model, small enough to be trained here. */
function modelFiles(): Record<string, Uint8Array> {
  const names = readdirSync(ASSETS);
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(ASSETS, name))]));
}

test(
  'a name is checked, fetched and pinned, and the run goes on without the Hub',
  { timeout: PATIENCE_MS },
  async () => {
    const fake = await fakeHub({ 'own/tiny': { files: modelFiles() } });
    const cwd = temporaryFolder();
    const env = { HF_HOME: path.join(cwd, 'hf'), HF_ENDPOINT: fake.endpoint };
    const text = [
      'data: {train: ["env:household?games=4&seed=1"], max_length: 512, truncate: drop}',
      'student: {model: own/tiny, lora: {r: 2}}',
      'train: {steps: 1}',
      'run: {name: named}',
    ];
    writeFileSync(path.join(cwd, 'c.yaml'), text.join('\n'));
    const deepcoder = deepcoderIn(cwd, env);

    const checked = await deepcoder.run('check', 'c.yaml');
    expect(checked.stdout + checked.stderr).toContain('a run would fetch own/tiny@main');
    expect(checked.code).toBe(0);

    const trained = await deepcoder.run('train', 'c.yaml');
    expect(trained.code, trained.stderr).toBe(0);
    const [run] = readdirSync(path.join(cwd, 'runs')).filter((name) => name.startsWith('named'));
    const folder = path.join(cwd, 'runs', run!);
    const commit = fake.commitOf('own/tiny');
    expect(readFileSync(path.join(folder, 'config.yaml'), 'utf8')).toContain(`own/tiny@${commit}`);
    const adapter = JSON.parse(
      readFileSync(path.join(folder, 'checkpoints/step-000001/adapter_config.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(adapter).toMatchObject({ base_model_name_or_path: 'own/tiny', revision: commit });

    const before = fake.requests.length;
    const merged = await deepcoderIn(cwd, { ...env, HF_HUB_OFFLINE: '1' }).run('merge', run!);
    expect(merged.code, merged.stderr).toBe(0);
    expect(fake.requests.length).toBe(before);
  },
);

test(
  'Ctrl-C ends a download cleanly, and the next start goes on with it',
  { timeout: PATIENCE_MS },
  async () => {
    const fake = await fakeHub({ 'own/tiny': { files: modelFiles() } });
    const cwd = temporaryFolder();
    const deepcoder = deepcoderIn(cwd, {
      HF_HOME: path.join(cwd, 'hf'),
      HF_ENDPOINT: fake.endpoint,
    });
    fake.faults['model.safetensors'] = [{ cutAfter: 10_000 }, { hang: true }];
    const started = deepcoder.start('fetch', 'own/tiny');
    await until(started, () => fake.faults['model.safetensors']!.length === 0);
    started.child.kill('SIGINT');
    const ended = await started.ended;
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toContain('cancelled');

    fake.requests.length = 0;
    const again = await deepcoder.run('fetch', 'own/tiny');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout.trim()).toContain(`snapshots/${fake.commitOf('own/tiny')}`);
    expect(fake.requests.some((one) => /lfs.*bytes=[1-9]\d+-/.test(one))).toBe(true);
  },
);
