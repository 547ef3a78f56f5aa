import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { mergeAdapter } from '../../../trainer/src/checkpoint/mergeAdapter.ts';
import { openAdapter } from '../../../trainer/src/checkpoint/openAdapter.ts';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../../trainer/src/checkpoint/openSafetensors.ts';
import { hostTensors, runDecoder, type DecoderResult } from '../../support/decoderProgram.ts';
import { maxDifference, openOnnx, openReference } from '../../support/executors.ts';
import { fixedIds, GOLDENS } from '../../reference/goldens.ts';

// Goldens of test/reference/llama_parity.py: what transformers and peft compute from these checkpoints.
const TOLERANCE = 1e-4;

const EXECUTORS = [
  ['reference', openReference],
  ['onnx', openOnnx],
] as const;

const CHECKPOINTS = ['untied', 'tied', 'rope-llama3', 'rope-linear', 'sharded', 'bf16', 'f16'];

describe.each(EXECUTORS)('on the executor %s', (_, open) => {
  it.each(CHECKPOINTS)('the checkpoint %s gives the logits, loss and gradients', async (name) => {
    const { config, ...checkpoint } = await openCheckpoint(path.join(GOLDENS, name));
    const parameters = await hostTensors(checkpoint);
    const ids = fixedIds(config.vocabSize);
    const result = await runDecoder(await open(), { config, parameters, lora: null, ids });
    await expectGolden(name, result, Object.keys(parameters));
  });

  it('an adapter gives the logits, loss and gradients', async () => {
    const { config, ...checkpoint } = await openCheckpoint(path.join(GOLDENS, 'untied'));
    const adapter = await openAdapter(path.join(GOLDENS, 'adapter'));
    const factors = await hostTensors(adapter.tensors, (name) =>
      name.replace(/^base_model\.model\./, ''),
    );
    const { loraRank: r, loraAlpha: alpha, targetModules, useRslora } = adapter.config;
    const result = await runDecoder(await open(), {
      config,
      parameters: { ...(await hostTensors(checkpoint)), ...factors },
      lora: { r, alpha, targetModules, useRslora },
      ids: fixedIds(config.vocabSize),
    });
    const gradients = Object.fromEntries(
      Object.entries(result.gradients).map(([name, values]) => [
        `base_model.model.${name}`,
        values,
      ]),
    );
    await expectGolden('adapter', { ...result, gradients }, adapter.tensors.names);
  });

  it.each(['adapter', 'adapter-patterns'])('%s, merged, gives the logits', async (name) => {
    const { config, ...checkpoint } = await openCheckpoint(path.join(GOLDENS, 'untied'));
    const merged = mergeAdapter(checkpoint, await openAdapter(path.join(GOLDENS, name)));
    const parameters = await hostTensors(merged);
    const ids = fixedIds(config.vocabSize);
    const result = await runDecoder(await open(), { config, parameters, lora: null, ids });
    await expectGolden(name, result, []);
  });
});

async function expectGolden(
  name: string,
  { logits, loss, gradients }: DecoderResult,
  trained: readonly string[],
): Promise<void> {
  const golden = await openSafetensors(path.join(GOLDENS, name, 'golden.safetensors'));
  expect(maxDifference(logits, await golden.read('logits'))).toBeLessThan(TOLERANCE);
  expect(maxDifference([loss], await golden.read('loss'))).toBeLessThan(TOLERANCE);
  for (const parameter of trained) {
    const difference = maxDifference(gradients[parameter]!, await golden.read(parameter));
    expect({ parameter, close: difference < TOLERANCE }).toEqual({ parameter, close: true });
  }
}
