import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';

import { mergeAdapter } from '../../../trainer/src/checkpoint/mergeAdapter.ts';
import { openAdapter } from '../../../trainer/src/checkpoint/openAdapter.ts';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../../trainer/src/checkpoint/openSafetensors.ts';
import { saveCheckpoint } from '../../../trainer/src/checkpoint/saveCheckpoint.ts';
import { writeSafetensors } from '../../../trainer/src/checkpoint/writeSafetensors.ts';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { generate } from '../../../trainer/src/inference/generate.ts';
import { openDecoder } from '../../../trainer/src/inference/players.ts';
import { type LoraOptions, targetNames } from '../../../trainer/src/lora/lora.ts';
import { ARCHITECTURES, architectureOf } from '../../../trainer/src/model/architectures.ts';
import type { ModelConfig } from '../../../trainer/src/model/modelConfig.ts';
import type { TrainSetup } from '../../../trainer/src/training/trainSetup.ts';
import { decoderLogits, hostTensors } from '../../support/decoderProgram.ts';
import { maxDifference, openOnnx, openReference } from '../../support/executors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { type Tensor, tensorsInMemory } from '../../support/tensorsInMemory.ts';
import { runner, scalarInputs, SETUP } from '../../support/trainingRun.ts';
import { fixedIds, GOLDENS } from '../../reference/goldens.ts';

// Goldens of test/reference/families_parity.py: what transformers and peft make of these checkpoints.
const FAMILIES = path.join(GOLDENS, 'families');
const CASES = readdirSync(FAMILIES);
const LOGITS = 1e-4;
const STEP = 1e-5;
/** Where angles depend on the length: beyond it, keys in a cache keep those that they had. */
const ORIGINAL_CONTEXTS: Record<string, number> = { 'llama-dynamic': 16, 'phi3-long': 16 };
/** As in the script. */
const PROMPT = 5;
const ADAMW = { betas: [0.9, 0.95], eps: 1e-4, weightDecay: 0.1 } as const;

let executors: Record<'onnx' | 'reference', Executor>;
beforeAll(async () => {
  executors = { onnx: await openOnnx(), reference: await openReference() };
}, 60_000);

interface Case {
  config: ModelConfig;
  parameters: Record<string, HostTensor>;
  /** A tensor of golden.safetensors. */
  golden: (name: string) => Promise<Float32Array>;
}

async function open(name: string): Promise<Case> {
  const folder = path.join(FAMILIES, name);
  const { config, ...tensors } = await openCheckpoint(folder);
  const file = await openSafetensors(path.join(folder, 'golden.safetensors'));
  return {
    config,
    parameters: await hostTensors(tensors),
    golden: (tensor) => Promise.resolve(file.read(tensor)),
  };
}

test('every family has goldens', () => {
  const types = CASES.map((name) => configOf(name).model_type);
  // Llama's are those of llama_parity.py too.
  const sees = readdirSync(path.join(GOLDENS, 'vision-models'));
  expect([...new Set(types), ...sees].sort()).toEqual(Object.keys(ARCHITECTURES).sort());
});

describe.each(['onnx', 'reference'] as const)('on %s', (on) => {
  it.each(CASES)('%s gives the logits', async (name) => {
    const { config, parameters, golden } = await open(name);
    const ids = fixedIds(config.vocabSize);
    const logits = await decoderLogits(executors[on], { config, parameters, lora: null, ids });
    expect(maxDifference(logits, await golden('logits'))).toBeLessThan(LOGITS);
  });

  it.each(CASES)('%s with an adapter on all linear modules gives the logits', async (name) => {
    const { config, parameters, golden } = await open(name);
    const { lora, factors, adapter } = await adapterOf(name);
    expect([...lora.targetModules].sort()).toEqual(targetNames(config).sort());
    const ids = fixedIds(config.vocabSize);
    const all = { ...parameters, ...factors };
    const logits = await decoderLogits(executors[on], { config, parameters: all, lora, ids });
    expect(maxDifference(logits, await golden('adapted'))).toBeLessThan(LOGITS);
    const base = await openCheckpoint(path.join(FAMILIES, name));
    const merged = await hostTensors(mergeAdapter(base, adapter));
    const same = { config, parameters: merged, lora: null, ids };
    const found = await decoderLogits(executors[on], same);
    expect(maxDifference(found, await golden('adapted'))).toBeLessThan(LOGITS);
  });

  it.each(CASES)('%s takes the step of AdamW', async (name) => {
    await expectStep(executors[on], name, { checkpointing: false });
  });
});

it.each(CASES)('%s takes the same step with layers that are computed twice', async (name) => {
  await expectStep(executors.onnx, name, { checkpointing: true });
});

it.each(CASES)('%s writes the likeliest text, with a cache', async (name) => {
  const { config, parameters, golden } = await open(name);
  const context = ORIGINAL_CONTEXTS[name] ?? 32;
  const frozen = uploaded(executors.onnx, parameters);
  const decoder = openDecoder(
    executors.onnx,
    { model: config, lora: null, state: {}, frozen },
    { rows: 1, context },
  );
  await decoder.feed([{ row: 0, ids: [...fixedIds(config.vocabSize).data].slice(0, PROMPT) }]);
  const expected = [...(await golden('greedy'))].slice(0, context - PROMPT);
  const [made] = await generate(decoder, [0], {
    ...{ temperature: 0, topP: 1, uniform: () => 0, stopIds: new Set<number>() },
    maxTokens: expected.length,
  });
  expect(made!.ids).toEqual(expected);
  await decoder.dispose();
});

it.each(CASES)('%s keeps every key of its config.json', (name) => {
  const json = configOf(name);
  const { config } = architectureOf({ modelType: json.model_type }).readConfig(json);
  const written = architectureOf(config!).writeConfig(config!);
  expect(architectureOf(config!).readConfig(written).config).toEqual(config);
  const saved = ['dtype', 'transformers_version', 'use_cache'];
  const kept = Object.keys(json).filter((key) => !saved.includes(key));
  expect(Object.keys(written)).toEqual(expect.arrayContaining(kept));
  // RoPE is written for transformers 4 and 5; that it says the same is what reading it again shows.
  for (const key of kept.filter((one) => !one.startsWith('rope_')))
    expect({ [key]: written[key] }).toEqual({ [key]: json[key] });
});

test("GPT-2's own files, without a prefix and with the buffers of its masks, are read", async () => {
  const { config, ...tensors } = await openCheckpoint(path.join(FAMILIES, 'gpt2'));
  const folder = path.join(temporaryFolder(), 'gpt2');
  await saveCheckpoint(folder, { config, tensors, dtype: 'F32' });
  const own = new Map<string, Tensor>();
  for (const name of tensors.names) {
    const values = await tensors.read(name);
    own.set(name.replace(/^transformer\./, ''), { shape: tensors.shape(name), values });
  }
  own.set('h.0.attn.bias', { shape: [1, 1, 4, 4], values: new Float32Array(16) });
  const file = path.join(folder, 'model.safetensors');
  await writeSafetensors(file, tensorsInMemory(own), { dtype: 'F32' });
  const opened = await openCheckpoint(folder);
  expect(opened.names).toEqual(tensors.names);
  for (const name of tensors.names)
    expect(await opened.read(name)).toEqual(await tensors.read(name));
});

test('a config of one family with the weights of another says all that does not fit', async () => {
  const qwen = await openCheckpoint(path.join(FAMILIES, 'qwen2'));
  const folder = path.join(temporaryFolder(), 'mixed');
  await saveCheckpoint(folder, { config: qwen.config, tensors: qwen, dtype: 'F32' });
  const file = path.join(folder, 'config.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...json, model_type: 'llama' }));
  await expect(openCheckpoint(folder)).rejects.toThrow(
    /6 faults; use the config.json .*\n.*q_proj.bias" is not one of this architecture's/,
  );
});

test.each([
  [
    'layer types',
    'qwen3',
    { layer_types: ['full_attention'] },
    /"layer_types": has 1 entries for 2/,
  ],
  ['a hybrid', 'qwen3', { layer_types: ['linear_attention', 'full_attention'] }, /"layer_types.0"/],
  ['soft caps', 'gemma3', { final_logit_softcapping: 30 }, /"final_logit_softcapping": 30 is not/],
  ['cross attention', 'gpt2', { add_cross_attention: true }, /"add_cross_attention": true is not/],
  ['few factors', 'phi3', { original_max_position_embeddings: 0 }, /"original_max_position/],
  ['no positions', 'smollm3', { no_rope_layers: [1] }, /"no_rope_layers": has 1 entries for 3/],
])('%s that cannot be are refused', (_, name, changes, message) => {
  const json = { ...configOf(name), ...changes };
  const { config, faults } = architectureOf({ modelType: json.model_type }).readConfig(json);
  expect(config).toBe(null);
  expect(faults.join('\n')).toMatch(message);
});

async function expectStep(
  executor: Executor,
  name: string,
  { checkpointing }: { checkpointing: boolean },
): Promise<void> {
  const { config, parameters, golden } = await open(name);
  const setup: TrainSetup = {
    ...SETUP,
    ...{ model: config, rows: 2, length: 24, positions: 46, teacher: null, kd: 0 },
    ...{ checkpointing, optimizer: ADAMW },
  };
  const run = runner(executor, setup, parameters);
  await run.run('step', { ...nextTokens(config), ...scalarInputs({ learningRate: 1e-3 }) });
  for (const parameter of Object.keys(parameters)) {
    const difference = maxDifference(await run.read(parameter), await golden(`step.${parameter}`));
    expect({ parameter, close: difference < STEP }).toEqual({ parameter, close: true });
  }
  await run.dispose();
}

/** The mean cross-entropy of every next token, each row a record of its own. */
function nextTokens({ vocabSize }: ModelConfig): Record<string, Int32Array | Float32Array> {
  const ids = Int32Array.from(fixedIds(vocabSize).data);
  const index = Int32Array.from(ids.keys()).filter((at) => (at + 1) % 24 !== 0);
  return {
    ids,
    positions: ids.map((_, at) => at % 24),
    starts: new Int32Array(ids.length),
    index,
    labels: index.map((at) => ids[at + 1]!),
    weights: new Float32Array(index.length).fill(1 / index.length),
  };
}

async function adapterOf(name: string) {
  const adapter = await openAdapter(path.join(FAMILIES, name, 'adapter'));
  const { loraRank: r, loraAlpha: alpha, useRslora } = adapter.config;
  // PEFT writes all-linear as the full names of all modules.
  const names = adapter.config.targetModules.map((name) => name.split('.').at(-1)!);
  const lora: LoraOptions = { r, alpha, targetModules: [...new Set(names)], useRslora };
  const factors = await hostTensors(adapter.tensors, (factor) =>
    factor.replace(/^base_model\.model\./, ''),
  );
  return { adapter, lora, factors };
}

function configOf(name: string): Record<string, unknown> & { model_type: string } {
  const file = path.join(FAMILIES, name, 'config.json');
  return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof configOf>;
}
