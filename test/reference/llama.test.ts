import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';

import { mergeAdapter } from '../../trainer/src/checkpoint/mergeAdapter.ts';
import { openAdapter } from '../../trainer/src/checkpoint/openAdapter.ts';
import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../trainer/src/checkpoint/openSafetensors.ts';
import { saveAdapter } from '../support/saveAdapter.ts';
import { saveCheckpoint } from '../../trainer/src/checkpoint/saveCheckpoint.ts';
import { hostTensors, runDecoder } from '../support/decoderProgram.ts';
import { maxDifference, openOnnx } from '../support/executors.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fixedIds, GOLDENS } from './goldens.ts';
import { referenceTest, runPython } from './python.ts';

const TOLERANCE = 1e-4;
const CHECKPOINTS = ['untied', 'tied', 'rope-llama3', 'rope-linear', 'sharded', 'bf16', 'f16'];
const ADAPTERS = ['adapter', 'adapter-patterns'];

/** What the Python side says of one folder. */
interface Reading {
  logits: number[];
  /** Names of parameters that it missed or did not know. */
  problems: string[];
  /** Tokens that end a generation. */
  ends: number[] | number;
}

async function readByPeers(args: string[]): Promise<Record<string, Reading>> {
  return JSON.parse(await runPython('llama_parity.py', ['read', ...args])) as Record<
    string,
    Reading
  >;
}

referenceTest('transformers loads the checkpoints that we save', async () => {
  const folder = temporaryFolder();
  for (const name of CHECKPOINTS) {
    const { config, ...tensors } = await openCheckpoint(path.join(GOLDENS, name));
    await saveCheckpoint(path.join(folder, name), { config, tensors, dtype: 'F32' });
  }
  const { config, ...tensors } = await openCheckpoint(path.join(GOLDENS, 'untied'));
  await saveCheckpoint(path.join(folder, 'to-bf16'), { config, tensors, dtype: 'BF16' });
  await saveCheckpoint(path.join(folder, 'to-f16'), { config, tensors, dtype: 'F16' });
  const shards = { config, tensors, dtype: 'F32', maxShardBytes: 5000 } as const;
  await saveCheckpoint(path.join(folder, 'to-shards'), shards);
  for (const name of ADAPTERS) {
    const merged = mergeAdapter(tensors, await openAdapter(path.join(GOLDENS, name)));
    await saveCheckpoint(path.join(folder, name), { config, tensors: merged, dtype: 'F32' });
  }
  const saved = readdirSync(folder).map((name) => path.join(folder, name));
  const readings = await readByPeers(saved);
  for (const checkpoint of saved) await expectSameModel(checkpoint, readings[checkpoint]!);
  for (const name of [...CHECKPOINTS, ...ADAPTERS]) {
    await expectGolden(name, readings[path.join(folder, name)]!);
  }
});

referenceTest('peft loads the adapters that we save', async () => {
  const folder = temporaryFolder();
  for (const name of ADAPTERS) {
    await saveAdapter(path.join(folder, name), await openAdapter(path.join(GOLDENS, name)));
  }
  const saved = ADAPTERS.map((name) => path.join(folder, name));
  const readings = await readByPeers([...saved, '--base', path.join(GOLDENS, 'untied')]);
  for (const name of ADAPTERS) await expectGolden(name, readings[path.join(folder, name)]!);
});

referenceTest('the script makes the goldens that are committed', async () => {
  const folder = temporaryFolder();
  await runPython('llama_parity.py', ['make', folder]);
  expect(readdirSync(folder).sort()).toEqual([...CHECKPOINTS, ...ADAPTERS].sort());
  const files = filesIn(folder);
  const committed = new Set(filesIn(GOLDENS));
  expect(files.filter((file) => !committed.has(file))).toEqual([]);
  for (const name of files.filter((file) => file.endsWith('.safetensors'))) {
    const [made, golden] = [folder, GOLDENS].map((root) => openSafetensors(path.join(root, name)));
    for (const tensor of (await golden!).names) {
      const values = await (await made!).read(tensor);
      expect(maxDifference(values, await (await golden!).read(tensor))).toBeLessThan(1e-5);
    }
  }
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

/** Our own forward pass over the saved folder says the same, and nothing in it is unknown. */
async function expectSameModel(folder: string, reading: Reading): Promise<void> {
  const { config, ...tensors } = await openCheckpoint(folder);
  expect({ folder, problems: reading.problems }).toEqual({ folder, problems: [] });
  expect([reading.ends].flat()).toEqual(config.eosTokenIds);
  const run = { config, parameters: await hostTensors(tensors), lora: null };
  const { logits } = await runDecoder(await openOnnx(), {
    ...run,
    ids: fixedIds(config.vocabSize),
  });
  expect(maxDifference(reading.logits, logits)).toBeLessThan(TOLERANCE);
}

async function expectGolden(name: string, reading: Reading): Promise<void> {
  expect({ name, problems: reading.problems }).toEqual({ name, problems: [] });
  const golden = await openSafetensors(path.join(GOLDENS, name, 'golden.safetensors'));
  expect(maxDifference(reading.logits, await golden.read('logits'))).toBeLessThan(TOLERANCE);
}
