import path from 'node:path';
import { expect } from 'vitest';
import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../trainer/src/checkpoint/openSafetensors.ts';
import { openNative } from '../../trainer/src/engine/native/openNative.ts';
import { fixedIds, GOLDENS } from '../reference/goldens.ts';
import { hostTensors, runDecoder } from '../support/decoderProgram.ts';
import { maxDifference } from '../support/executors.ts';
import { nativeTest } from './nativeTest.ts';

const TOLERANCE = 1e-4;

// Goldens of test/reference/llama_parity.py: what transformers computes from these checkpoints.
for (const name of ['untied', 'tied', 'rope-llama3']) {
  nativeTest(`the checkpoint ${name} gives the logits, loss and gradients`, async () => {
    const { config, ...checkpoint } = await openCheckpoint(path.join(GOLDENS, name));
    const golden = await openSafetensors(path.join(GOLDENS, name, 'golden.safetensors'));
    const parameters = await hostTensors(checkpoint);
    const ids = fixedIds(config.vocabSize);
    const executor = await openNative('tfjs-cpu');
    const result = await runDecoder(executor, { config, parameters, lora: null, ids });
    const { logits, loss, gradients } = result;
    const computed = { logits, loss: [loss], ...gradients };
    const wrong = [];
    for (const [tensor, values] of Object.entries(computed)) {
      const difference = maxDifference(values, await golden.read(tensor));
      if (!(difference < TOLERANCE)) wrong.push({ tensor, difference });
    }
    expect(wrong).toEqual([]);
  });
}
