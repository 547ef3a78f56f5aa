import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';

import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../trainer/src/checkpoint/openSafetensors.ts';
import { saveCheckpoint } from '../../trainer/src/checkpoint/saveCheckpoint.ts';
import { maxDifference } from '../support/executors.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { GOLDENS } from './goldens.ts';
import { referenceTest, runPython } from './python.ts';

const FAMILIES = path.join(GOLDENS, 'families');
const CASES = readdirSync(FAMILIES);
/** Half precision keeps 11 bits, bfloat16 8: what that does to logits of this size. */
const SAVED = [
  { dtype: 'F32', tolerance: 1e-4 },
  { dtype: 'F16', tolerance: 0.05 },
  { dtype: 'BF16', tolerance: 0.4 },
] as const;

interface Reading {
  logits: number[];
  /** Names of parameters that it missed or did not know. */
  problems: string[];
}

async function readByTransformers(folders: readonly string[]): Promise<Record<string, Reading>> {
  const text = await runPython('families_parity.py', ['read', ...folders]);
  return JSON.parse(text) as Record<string, Reading>;
}

referenceTest(
  'transformers loads every family as we save it, whole, in shards, in halves',
  async () => {
    const root = temporaryFolder();
    const saved: { name: string; folder: string; tolerance: number }[] = [];
    for (const name of CASES) {
      const { config, ...tensors } = await openCheckpoint(path.join(FAMILIES, name));
      for (const { dtype, tolerance } of SAVED) {
        const folder = path.join(root, `${name}-${dtype}`);
        const maxShardBytes = dtype === 'F32' ? 5e9 : 3000;
        await saveCheckpoint(folder, { config, tensors, dtype, maxShardBytes });
        saved.push({ name, folder, tolerance });
      }
    }
    const readings = await readByTransformers(saved.map(({ folder }) => folder));
    for (const { name, folder, tolerance } of saved) {
      const { logits, problems } = readings[folder]!;
      expect({ folder, problems }).toEqual({ folder, problems: [] });
      const golden = await openSafetensors(path.join(FAMILIES, name, 'golden.safetensors'));
      const difference = maxDifference(logits, await golden.read('logits'));
      expect({ folder, close: difference < tolerance }).toEqual({ folder, close: true });
    }
  },
);

referenceTest('the script makes the goldens that are committed', async () => {
  const folder = temporaryFolder();
  await runPython('families_parity.py', ['make', folder]);
  expect(readdirSync(folder).sort()).toEqual([...CASES].sort());
  for (const name of CASES) {
    const [made, golden] = await Promise.all(
      [folder, FAMILIES].map((root) =>
        openSafetensors(path.join(root, name, 'golden.safetensors')),
      ),
    );
    for (const tensor of golden!.names) {
      const difference = maxDifference(await made!.read(tensor), await golden!.read(tensor));
      expect({ name, tensor, close: difference < 1e-5 }).toEqual({ name, tensor, close: true });
    }
  }
});
