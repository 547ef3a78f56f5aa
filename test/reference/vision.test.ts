import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { openAdapter } from '../../trainer/src/checkpoint/openAdapter.ts';
import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../trainer/src/checkpoint/openSafetensors.ts';
import { writeAdapterFiles } from '../../trainer/src/checkpoint/saveAdapter.ts';
import { saveCheckpoint } from '../../trainer/src/checkpoint/saveCheckpoint.ts';
import { targetNames } from '../../trainer/src/lora/lora.ts';
import { textModules } from '../../trainer/src/model/families/idefics3.ts';
import { maxDifference } from '../support/executors.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { GOLDENS } from './goldens.ts';
import { referenceTest, runPython } from './python.ts';

const MODELS = path.join(GOLDENS, 'vision-models');
const CASES = readdirSync(MODELS);

interface Reading {
  logits: number[];
  problems?: string[];
  names?: string[];
}

async function golden(name: string, tensor: string): Promise<Float32Array> {
  const file = await openSafetensors(path.join(MODELS, name, 'golden.safetensors'));
  return file.read(tensor);
}

referenceTest('transformers loads models that see as we save them', async () => {
  const root = temporaryFolder();
  for (const name of CASES) {
    const { config, ...tensors } = await openCheckpoint(path.join(MODELS, name));
    await saveCheckpoint(path.join(root, name), { config, tensors, dtype: 'F32' });
  }
  const folders = CASES.map((name) => path.join(root, name));
  const text = await runPython('vision_parity.py', ['read', ...folders]);
  const readings = JSON.parse(text) as Record<string, Reading>;
  for (const name of CASES) {
    const { logits, problems } = readings[path.join(root, name)]!;
    expect({ name, problems }).toEqual({ name, problems: [] });
    expect(maxDifference(logits, await golden(name, 'logits'))).toBeLessThan(1e-4);
  }
});

referenceTest('peft puts an adapter as we save it on the text alone', async () => {
  for (const name of CASES) {
    const { config } = await openCheckpoint(path.join(MODELS, name));
    const adapter = await openAdapter(path.join(MODELS, name, 'adapter'));
    const folder = path.join(temporaryFolder(), 'adapter');
    mkdirSync(folder);
    const targetModules = targetNames(config);
    const own = { ...adapter.config, targetModules, targetPattern: textModules(targetModules) };
    await writeAdapterFiles(folder, { config: own, tensors: adapter.tensors });
    const text = await runPython('vision_parity.py', ['adapted', path.join(MODELS, name), folder]);
    const { logits, names } = JSON.parse(text) as Reading;
    expect(names!.filter((one) => one.includes('vision_model'))).toEqual([]);
    expect(names).toHaveLength(adapter.tensors.names.length);
    expect(maxDifference(logits, await golden(name, 'adapted'))).toBeLessThan(1e-4);
  }
});

referenceTest('the scripts make the goldens that are committed', async () => {
  const folder = temporaryFolder();
  await runPython('vision_parity.py', ['make', path.join(folder, 'models')]);
  await runPython('vision_golden.py', ['make', path.join(folder, 'pictures')]);
  const pairs = [
    ...CASES.map((name) => [path.join(folder, 'models', name), path.join(MODELS, name)]),
    [path.join(folder, 'pictures'), path.join(GOLDENS, 'vision')],
  ];
  for (const pair of pairs) {
    const [made, committed] = await Promise.all(
      pair.map((root) => openSafetensors(path.join(root, 'golden.safetensors'))),
    );
    expect(made!.names).toEqual(committed!.names);
    for (const tensor of committed!.names) {
      const difference = maxDifference(await made!.read(tensor), await committed!.read(tensor));
      expect({ tensor, close: difference < 1e-5 }).toEqual({ tensor, close: true });
    }
  }
});
