import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { mergeAdapter } from '../../../trainer/src/checkpoint/mergeAdapter.ts';
import { openAdapter } from '../../../trainer/src/checkpoint/openAdapter.ts';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { openSafetensors } from '../../../trainer/src/checkpoint/openSafetensors.ts';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { openDecoder } from '../../../trainer/src/inference/players.ts';
import { targetNames, type LoraOptions } from '../../../trainer/src/lora/lora.ts';
import { apartShapes, architectureOf } from '../../../trainer/src/model/architectures.ts';
import type { Idefics3Config } from '../../../trainer/src/model/families/idefics3.ts';
import {
  patchesOf,
  pictureProgram,
  tileTokens,
} from '../../../trainer/src/model/pictureFeatures.ts';
import type { TrainSetup } from '../../../trainer/src/training/trainSetup.ts';
import { decoderLogits, hostTensors } from '../../support/decoderProgram.ts';
import { maxDifference, openOnnx, openReference, tensorOf } from '../../support/executors.ts';
import { runner, scalarInputs, SETUP } from '../../support/trainingRun.ts';
import { GOLDENS } from '../../reference/goldens.ts';

// Goldens of test/reference/vision_parity.py: what transformers and peft make of these checkpoints.
const MODELS = path.join(GOLDENS, 'vision-models');
const CASES = readdirSync(MODELS);
const LOGITS = 1e-4;
const STEP = 1e-5;
const [ROWS, LENGTH] = [2, 40];
/** As in the script. */
const ADAMW = { betas: [0.9, 0.95], eps: 1e-4, weightDecay: 0.1 } as const;

let executors: Record<'onnx' | 'reference', Executor>;
beforeAll(async () => {
  executors = { onnx: await openOnnx(), reference: await openReference() };
}, 60_000);

async function open(name: string) {
  const folder = path.join(MODELS, name);
  const checkpoint = await openCheckpoint(folder);
  const file = await openSafetensors(path.join(folder, 'golden.safetensors'));
  const golden = async (tensor: string) => Float32Array.from(await file.read(tensor));
  const config = checkpoint.config as Idefics3Config;
  const ids = tensorOf([ROWS, LENGTH], await golden('ids'), 'int32');
  const features = tensorOf([12, config.hiddenSize], await golden('features'));
  return { config, checkpoint, golden, ids, pictures: { features, rows: rowsOf(ids, config) } };
}

/** The k-th token of a picture is the k-th feature, through the rows of the batch. */
function rowsOf({ data, shape }: HostTensor, { imageTokenId }: Idefics3Config): HostTensor {
  let next = 0;
  const rows = Int32Array.from(data, (id) => (id === imageTokenId ? next++ : -1));
  return { shape, dtype: 'int32', data: rows };
}

describe.each(['onnx', 'reference'] as const)('on %s', (on) => {
  it.each(CASES)('%s: tower and connector make the features of each tile', async (name) => {
    const { config, checkpoint, golden } = await open(name);
    const all = await hostTensors(checkpoint);
    const constants = Object.fromEntries(
      Object.keys(apartShapes(config)).map((one) => [one, executors[on].tensor(all[one]!)]),
    );
    const program = await executors[on].compile(pictureProgram(config), constants);
    const tiles = await golden('tiles');
    const { imageSize: edge, patchSize } = config.vision;
    const found: number[] = [];
    for (let tile = 0; tile < 3; tile++) {
      const pixels = tiles.subarray(tile * 3 * edge * edge, (tile + 1) * 3 * edge * edge);
      const { features } = await program.run({}, { patches: patchesOf(pixels, edge, patchSize) });
      expect(features).toHaveLength(tileTokens(config) * config.hiddenSize);
      for (const one of features!) found.push(one);
    }
    expect(maxDifference(found, await golden('features'))).toBeLessThan(LOGITS);
  });

  it.each(CASES)('%s gives the logits, with pictures and without', async (name) => {
    const { config, checkpoint, golden, ids, pictures } = await open(name);
    const run = { config, parameters: await hostTensors(checkpoint), lora: null, ids };
    const seen = await decoderLogits(executors[on], { ...run, pictures });
    expect(maxDifference(seen, await golden('logits'))).toBeLessThan(LOGITS);
    const blind = await decoderLogits(executors[on], run);
    expect(maxDifference(blind, await golden('blind'))).toBeLessThan(LOGITS);
    expect(maxDifference(seen, blind)).toBeGreaterThan(0.1);
  });

  it.each(CASES)('%s with an adapter on the text gives the logits, merged too', async (name) => {
    const { config, checkpoint, golden, ids, pictures } = await open(name);
    const adapter = await openAdapter(path.join(MODELS, name, 'adapter'));
    const { loraRank: r, loraAlpha: alpha, useRslora } = adapter.config;
    const lora: LoraOptions = { r, alpha, useRslora, targetModules: targetNames(config) };
    const factors = await hostTensors(adapter.tensors, (factor) =>
      factor.replace(/^base_model\.model\./, ''),
    );
    const parameters = { ...(await hostTensors(checkpoint)), ...factors };
    const found = await decoderLogits(executors[on], { config, parameters, lora, ids, pictures });
    expect(maxDifference(found, await golden('adapted'))).toBeLessThan(LOGITS);
    const merged = await hostTensors(mergeAdapter(checkpoint, adapter));
    const same = { config, parameters: merged, lora: null, ids, pictures };
    const again = await decoderLogits(executors[on], same);
    expect(maxDifference(again, await golden('adapted'))).toBeLessThan(LOGITS);
  });
});

describe.each([false, true])('with layers that are computed twice: %s', (checkpointing) => {
  it.each(CASES)('%s takes the step of AdamW on its text', async (name) => {
    const { config, checkpoint, golden, ids, pictures } = await open(name);
    const parameters = await hostTensors(checkpoint);
    const setup: TrainSetup = {
      ...SETUP,
      ...{ model: config, rows: ROWS, length: LENGTH, teacher: null, kd: 0 },
      ...{ checkpointing, optimizer: ADAMW, pictureRows: 12 },
      positions: nextTokens(ids, config).index.length,
    };
    const run = runner(executors.onnx, setup, parameters);
    const inputs = {
      ...nextTokens(ids, config),
      pictureRows: pictures.rows.data,
      pictureFeatures: pictures.features.data,
    };
    await run.run('step', { ...inputs, ...scalarInputs({ learningRate: 1e-3 }) });
    const text = Object.keys(parameters).filter((one) => !Object.hasOwn(apartShapes(config), one));
    for (const parameter of text) {
      const wanted = await golden(`step.${parameter}`);
      const difference = maxDifference(await run.read(parameter), wanted);
      expect({ parameter, close: difference < STEP }).toEqual({ parameter, close: true });
    }
    await run.dispose();
  });
});

/** The mean cross-entropy of every next token that is no picture's. */
function nextTokens({ data }: HostTensor, { imageTokenId }: Idefics3Config) {
  const ids = Int32Array.from(data);
  const index = Int32Array.from(ids.keys()).filter(
    (at) => (at + 1) % LENGTH !== 0 && ids[at + 1] !== imageTokenId,
  );
  return {
    ids,
    positions: ids.map((_, at) => at % LENGTH),
    starts: new Int32Array(ids.length),
    index,
    labels: index.map((at) => ids[at + 1]!),
    weights: new Float32Array(index.length).fill(1 / index.length),
  };
}

it.each(CASES)('%s writes the likeliest text after a picture, with a cache', async (name) => {
  const { config, checkpoint, golden, ids, pictures } = await open(name);
  const frozen = uploaded(executors.onnx, await hostTensors(checkpoint));
  const loaded = { model: config, lora: null, state: {}, frozen };
  const decoder = openDecoder(executors.onnx, loaded, { rows: 1, context: 64 });
  const own = (values: HostTensor): Int32Array => Int32Array.from(values.data).slice(LENGTH);
  const featuresFD = pictures.features.data as Float32Array;
  decoder.show(0, { rows: own(pictures.rows), featuresFD });
  await decoder.feed([{ row: 0, ids: [...own(ids).slice(0, 30)] }]);
  const wanted = [...(await golden('greedy'))];
  const made: number[] = [];
  for (let i = 0; i < wanted.length; i++) {
    const logits = [...decoder.logits(0)];
    logits[config.imageTokenId] = -Infinity;
    made.push(logits.indexOf(Math.max(...logits)));
    await decoder.feed([{ row: 0, ids: made.slice(-1) }]);
  }
  expect(made).toEqual(wanted);
  await decoder.dispose();
});

it.each(CASES)('%s keeps what its config.json says', (name) => {
  const json = JSON.parse(readFileSync(path.join(MODELS, name, 'config.json'), 'utf8')) as {
    model_type: string;
    vision_config: object;
  };
  const architecture = architectureOf({ modelType: json.model_type });
  const { config, faults } = architecture.readConfig(json);
  expect(faults).toEqual([]);
  const written = architecture.writeConfig(config!);
  expect(architecture.readConfig(written).config).toEqual(config);
  expect(written).toMatchObject({
    model_type: json.model_type,
    vision_config: { ...json.vision_config },
    image_token_id: 39,
  });
});

test.each([
  ['another text family', { text_config: { model_type: 'qwen2' } }, /"model_type": "qwen2"/],
  ['tied', { tie_word_embeddings: true }, /"tie_word_embeddings": true is not/],
  ['a factor that does not fit', { scale_factor: 3 }, /"scale_factor": 3 does not divide/],
])('%s is refused', (_, changes, message) => {
  const file = path.join(MODELS, 'smolvlm', 'config.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;
  const text = { ...json['text_config'], ...(changes as typeof json)['text_config'] };
  const read = architectureOf({ modelType: 'smolvlm' }).readConfig({
    ...json,
    ...changes,
    text_config: text,
  });
  expect(read.faults.join('\n')).toMatch(message);
});

test('LoRA is put on modules of the text alone', async () => {
  const { config } = await open('smolvlm');
  expect(targetNames(config)).not.toContain('fc1');
  expect(targetNames(config)).toContain('q_proj');
});
