import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import {
  initialLora,
  type LoraOptions,
  loraName,
  loraScale,
  loraSpecs,
  loraTargets,
} from '../../../trainer/src/lora/lora.ts';
import { openDecoder } from '../../../trainer/src/inference/players.ts';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { maxDifference, openOnnx, openReference, random } from '../../support/executors.ts';
import { TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';
import { randomBatch, runner, scalarInputs, SETUP } from '../../support/trainingRun.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const OPTIONS: LoraOptions = {
  r: 2,
  alpha: 6,
  targetModules: ['q_proj', 'v_proj', 'down_proj'],
  useRslora: false,
};
const ADAPTED = { ...SETUP, lora: OPTIONS, isTrained: () => false };
const base = tinyParameters(TINY_DECODER);

/** Adapters in which B is not zero any more. */
function trainedAdapters(): Record<string, HostTensor> {
  const next = random(12);
  const adapters = initialLora(TINY_DECODER, OPTIONS, next);
  for (const { data } of Object.values(adapters)) data.forEach((_, i) => (data[i] = next() - 0.5));
  return adapters;
}

/** W + scale B A in plain f64 numbers. */
function merged(adapters: Record<string, HostTensor>): Record<string, HostTensor> {
  const weights = { ...base };
  for (const target of loraTargets(TINY_DECODER, OPTIONS)) {
    const a = adapters[loraName.a(target)]!;
    const b = adapters[loraName.b(target)]!;
    const name = `${target}.weight`;
    const [outputs, inputs] = weights[name]!.shape as [number, number];
    const data = Float32Array.from(weights[name]!.data, (w, at) => {
      const row = Math.floor(at / inputs);
      let sum = 0;
      for (let r = 0; r < OPTIONS.r; r++) {
        sum += b.data[row * OPTIONS.r + r]! * a.data[r * inputs + (at % inputs)]!;
      }
      return w + loraScale(OPTIONS) * sum;
    });
    expect(data.length).toBe(outputs * inputs);
    weights[name] = { ...weights[name]!, data };
  }
  return weights;
}

describe.each(['reference', 'onnx'] as const)('LoRA on %s', (on) => {
  const executor = (): Executor => (on === 'onnx' ? onnx : reference);
  const batch = randomBatch(SETUP, 5);

  it('with B = 0 is the base model', async () => {
    const adapters = initialLora(TINY_DECODER, OPTIONS, random(3));
    const adapted = runner(executor(), ADAPTED, { ...base, ...adapters });
    const plain = runner(executor(), SETUP, base);
    const { columns } = await adapted.run('evaluate', batch);
    expect(columns).toEqual((await plain.run('evaluate', batch))['columns']);
    await adapted.dispose();
    await plain.dispose();
  });

  it('merged is the same as unmerged', async () => {
    const adapters = trainedAdapters();
    const adapted = runner(executor(), ADAPTED, { ...base, ...adapters });
    const plain = runner(executor(), SETUP, merged(adapters));
    const unlike = runner(executor(), SETUP, base);
    const { columns } = await adapted.run('evaluate', batch);
    const whole = (await plain.run('evaluate', batch))['columns']!;
    expect(maxDifference(columns!, whole)).toBeLessThan(1e-5);
    const without = (await unlike.run('evaluate', batch))['columns']!;
    expect(maxDifference(columns!, without)).toBeGreaterThan(0.01);
    await Promise.all([adapted, plain, unlike].map((run) => run.dispose()));
  });

  it('trains the adapters alone, and only B in the first step', async () => {
    const adapters = initialLora(TINY_DECODER, OPTIONS, random(3));
    const run = runner(executor(), ADAPTED, { ...base, ...adapters });
    expect(Object.keys(run.programs.trained).sort()).toEqual(Object.keys(adapters).sort());
    // Without decay, which moves A as well.
    await run.run('accumulate', batch);
    for (const target of loraTargets(TINY_DECODER, OPTIONS)) {
      const isZero = (numbers: ArrayLike<number>) => Array.from(numbers).every((g) => g === 0);
      expect(isZero(await run.gradient(loraName.a(target)))).toBe(true);
      expect(isZero(await run.gradient(loraName.b(target)))).toBe(false);
    }
    await run.run('update', scalarInputs());
    expect(await run.read(loraName.b(loraTargets(TINY_DECODER, OPTIONS)[0]!))).not.toEqual(
      adapters[loraName.b(loraTargets(TINY_DECODER, OPTIONS)[0]!)]!.data,
    );
    await run.dispose();
  });
});

test('whole modules can train beside the adapters', async () => {
  const setup = { ...ADAPTED, isTrained: (name: string) => name === 'model.norm.weight' };
  const run = runner(onnx, setup, { ...base, ...trainedAdapters() });
  await run.run('step', { ...randomBatch(SETUP, 5), ...scalarInputs() });
  expect(await run.read('model.norm.weight')).not.toEqual(base['model.norm.weight']!.data);
  await run.dispose();
});

test('the scale is alpha / r, or alpha / sqrt(r)', () => {
  expect(loraScale({ ...OPTIONS, r: 4, alpha: 8 })).toBe(2);
  expect(loraScale({ ...OPTIONS, r: 4, alpha: 8, useRslora: true })).toBe(4);
});

test('targets are the named projections of every layer', () => {
  expect(loraTargets(TINY_DECODER, OPTIONS)).toEqual([
    'model.layers.0.self_attn.q_proj',
    'model.layers.0.self_attn.v_proj',
    'model.layers.0.mlp.down_proj',
    'model.layers.1.self_attn.q_proj',
    'model.layers.1.self_attn.v_proj',
    'model.layers.1.mlp.down_proj',
  ]);
  expect(loraSpecs(TINY_DECODER, OPTIONS)[loraName.b('model.layers.0.self_attn.v_proj')]).toEqual([
    8, 2,
  ]);
});

test('a decoder over frozen adapters says what the merged weights say', async () => {
  const adapters = trainedAdapters();
  const logits = async (lora: LoraOptions | null, parameters: Record<string, HostTensor>) => {
    const frozen = uploaded(onnx, parameters);
    const loaded = { model: TINY_DECODER, lora, state: {}, frozen };
    const decoder = openDecoder(onnx, loaded, { rows: 1 });
    await decoder.feed([{ row: 0, ids: [3, 1, 4, 1, 5] }]);
    return decoder.logits(0);
  };
  const adapted = await logits(OPTIONS, { ...base, ...adapters });
  expect(maxDifference(adapted, await logits(null, merged(adapters)))).toBeLessThan(2e-5);
  expect(maxDifference(adapted, await logits(null, base))).toBeGreaterThan(0.1);
});
