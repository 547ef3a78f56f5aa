import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cachedModels, findModel } from '../../../trainer/protocol/node/index.ts';
import { fetchModel } from '../../../trainer/src/hub/fetchModel.ts';
import { hubSettings } from '../../../trainer/src/hub/hubSettings.ts';
import { fakeHub } from '../../support/fakeHub.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { runProgram } from '../../../trainer/src/setup/runProgram.ts';

/** A Python with the package `huggingface_hub`; null: the test is skipped. */
const PYTHON = [process.env['DEEPCODER_PYTHON'], 'python3', 'python'].find(
  (name) => name && spawnSync(name, ['-c', 'import huggingface_hub']).status === 0,
);
/** Python takes long to start on a busy machine. */
const PATIENT = { timeout: 300_000 };
const FILES = { 'config.json': '{}', 'tokenizer.json': '{}', 'model.safetensors': 'weights' };

test.skipIf(PYTHON === undefined)('Python and this program share one cache', PATIENT, async () => {
  const fake = await fakeHub({ 'own/py': { files: FILES }, 'own/js': { files: FILES } });
  const cwd = temporaryFolder();
  const env = { HF_HOME: cwd, HF_ENDPOINT: fake.endpoint };
  const python = (code: string) =>
    runProgram('env', [
      ...Object.entries({ ...env, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_TELEMETRY: '1' }).map(
        ([key, value]) => `${key}=${value}`,
      ),
      PYTHON!,
      '-c',
      code,
    ]);
  const made = await python(
    "from huggingface_hub import snapshot_download as get; print(get('own/py'))",
  );
  expect(made.code, made.output).toBe(0);
  const found = await findModel('own/py', { cwd, env, need: 'model' });
  expect(found).toMatchObject({ from: 'hub', path: made.stdout.trim() });
  expect(readFileSync(path.join(found.path!, 'model.safetensors'), 'utf8')).toBe('weights');

  const progress = { say: () => undefined, advance: () => undefined };
  const hub = await hubSettings(env);
  await fetchModel(
    { key: 'student.model', text: 'own/js', need: 'model' },
    { cwd, env, hub, progress },
  );
  expect(await cachedModels(hub.cache)).toEqual(['own/js', 'own/py']);
  const read = await python(
    "from huggingface_hub import hf_hub_download as get; print(open(get('own/js', 'model.safetensors', local_files_only=True)).read())",
  );
  expect(read.stdout.trim(), read.output).toBe('weights');
});
