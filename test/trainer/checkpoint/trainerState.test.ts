import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { writeCheckpointFiles } from '../../../trainer/src/checkpoint/saveCheckpoint.ts';
import { tensorsInMemory } from '../../support/tensorsInMemory.ts';
import {
  readTrainerState,
  writeTrainerState,
  type Json,
} from '../../../trainer/src/checkpoint/trainerState.ts';
import { writeFolderAtomically } from '../../../trainer/src/disk/writeFolderAtomically.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY, tinyWeights } from './support/tinyModel.ts';

const moments = tensorsInMemory(
  new Map([
    ['m.model.norm.weight', { shape: [3], values: Float32Array.of(1e-45, -0.1, 3) }],
    ['v.model.norm.weight', { shape: [3], values: Float32Array.of(0, 1e-38, 3e38) }],
  ]),
);

it('lies beside the weights in one checkpoint folder', async () => {
  const folder = path.join(temporaryFolder(), 'step-000100');
  await writeFolderAtomically(folder, async (writing) => {
    const content = { config: TINY, tensors: tinyWeights(TINY), dtype: 'F32' } as const;
    await writeCheckpointFiles(writing, content);
    await writeTrainerState(writing, { tensors: moments, json: { step: 100 } });
  });
  expect((await openCheckpoint(folder)).config).toEqual(TINY);
  const { tensors, json } = await readTrainerState(folder);
  expect(json).toEqual({ step: 100 });
  for (const name of moments.names) expect(await tensors.read(name)).toEqual(moments.read(name));
});

it('brings every number back, special ones too', async () => {
  const folder = temporaryFolder();
  const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
  const leaf = fc.oneof(number, fc.string(), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      await writeTrainerState(folder, { tensors: moments, json: { value } });
      expect((await readTrainerState(folder)).json).toStrictEqual({ value });
    }),
    { seed: 3, numRuns: 100 },
  );
});

it('refuses moments that are not finite', async () => {
  const values = Float32Array.of(1, NaN);
  const tensors = tensorsInMemory(new Map([['m.x', { shape: [2], values }]]));
  await expect(writeTrainerState(temporaryFolder(), { tensors, json: {} })).rejects.toMatchObject({
    code: 'weights-not-finite',
  });
});

it('says that a plain checkpoint holds no state, and which version it does not know', async () => {
  const folder = temporaryFolder();
  await expect(readTrainerState(folder)).rejects.toMatchObject({ code: 'checkpoint-missing' });
  await writeTrainerState(folder, { tensors: moments, json: {} });
  const file = path.join(folder, 'trainer_state.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"version": 1', '"version": 2'));
  await expect(readTrainerState(folder)).rejects.toMatchObject({ code: 'checkpoint-version' });
});
