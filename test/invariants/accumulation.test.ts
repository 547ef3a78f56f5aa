import { beforeAll, expect, it, test } from 'vitest';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { normalise, weightSum } from '../../trainer/src/training/tokenWeights/normalise.ts';
import { maxDifference, openOnnx, openReference } from '../support/executors.ts';
import { TINY_DECODER, tinyParameters } from '../support/tinyDecoder.ts';
import {
  joined,
  randomBatch,
  type Runner,
  runner,
  scalarInputs,
  SETUP,
  sumColumn,
} from '../support/trainingRun.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const MICRO = 8;
const parameters = tinyParameters(TINY_DECODER);

/** Eight micro-batches whose weights add up to 1 over all of them. */
function window(): ReturnType<typeof randomBatch>[] {
  const batches = Array.from({ length: MICRO }, (_, i) => randomBatch(SETUP, 100 + i));
  // Unequal weights and one batch that has none, which a mean of means would get wrong.
  batches.forEach((batch, i) =>
    batch['weights']!.forEach((w, p, all) => (all[p] = i === 3 ? 0 : w * (i + 1))),
  );
  const weights = batches.map((batch) => batch['weights'] as Float32Array);
  const sum = weightSum(weights);
  return batches.map((batch, i) => ({ ...batch, weights: normalise(weights[i]!, sum) }));
}

async function expectSame(a: Runner, b: Runner, tolerance: number): Promise<void> {
  for (const name of [...Object.keys(a.programs.trained), ...Object.keys(a.programs.moments)]) {
    expect(maxDifference(await a.read(name), await b.read(name)), name).toBeLessThan(tolerance);
  }
}

it.each(['reference', 'onnx'] as const)(
  'eight micro-batches of one row equal one of eight on %s',
  async (on) => {
    const executor = on === 'onnx' ? onnx : reference;
    const batches = window();
    const small = runner(executor, SETUP, parameters);
    const large = runner(
      executor,
      { ...SETUP, rows: MICRO, positions: MICRO * SETUP.positions },
      parameters,
    );
    const scalars = scalarInputs({ maxGradNorm: 0.1 });
    let objective = 0;
    for (const batch of batches) {
      const { columns } = await small.run('accumulate', batch);
      objective += sumColumn(columns!, 'objective');
    }
    const updated = await small.run('update', scalars);
    const stepped = await large.run('step', { ...joined(batches, SETUP), ...scalars });
    expect(objective).toBeCloseTo(sumColumn(stepped['columns']!, 'objective'), 5);
    expect(updated['gradNorm']![0]).toBeCloseTo(stepped['gradNorm']![0]!, 5);
    expect(stepped['gradNorm']![0]).toBeGreaterThan(0.2);
    await expectSame(small, large, 2e-5);
    await small.dispose();
    await large.dispose();
  },
);

test('one micro-batch accumulated and updated equals one step', async () => {
  const [batch] = window();
  const apart = runner(onnx, SETUP, parameters);
  const whole = runner(onnx, SETUP, parameters);
  await apart.run('accumulate', batch!);
  await apart.run('update', scalarInputs());
  await whole.run('step', { ...batch!, ...scalarInputs() });
  await expectSame(apart, whole, 1e-6);
  await apart.dispose();
  await whole.dispose();
});

test('the loss scale cancels: weights times s, gradients times 1 / s', async () => {
  const [batch] = window();
  const plain = runner(onnx, SETUP, parameters);
  const scaled = runner(onnx, SETUP, parameters);
  const bigger = { ...batch!, weights: batch!['weights']!.map((w) => w * 1024) };
  const one = await plain.run('step', { ...batch!, ...scalarInputs() });
  const two = await scaled.run('step', {
    ...bigger,
    ...scalarInputs({ gradientScale: 1 / 1024 }),
  });
  expect(two['gradNorm']![0]).toBeCloseTo(one['gradNorm']![0]!, 6);
  await expectSame(plain, scaled, 1e-6);
  await plain.dispose();
  await scaled.dispose();
});

test('evaluating says the same as a step and changes nothing', async () => {
  const [batch] = window();
  const run = runner(onnx, SETUP, parameters);
  const before = await run.read('model.norm.weight');
  const { columns } = await run.run('evaluate', batch!);
  expect(await run.read('model.norm.weight')).toEqual(before);
  const stepped = await run.run('step', { ...batch!, ...scalarInputs() });
  expect(maxDifference(columns!, stepped['columns']!)).toBeLessThan(1e-6);
  expect(await run.read('model.norm.weight')).not.toEqual(before);
  await run.dispose();
});

test('a step with a label of which the logits are not finite leaves everything as it was', async () => {
  const broken = { ...parameters };
  const name = 'model.layers.1.mlp.down_proj.weight';
  broken[name] = { ...broken[name]!, data: broken[name]!.data.slice() };
  broken[name].data[0] = NaN;
  const run = runner(onnx, SETUP, broken);
  const names = [...Object.keys(run.programs.trained), ...Object.keys(run.programs.moments)];
  const before = await Promise.all(names.map((each) => run.read(each)));
  const { taken } = await run.run('step', { ...window()[0]!, ...scalarInputs() });
  expect(taken![0]).toBe(0);
  expect(await Promise.all(names.map((each) => run.read(each)))).toEqual(before);
  await run.dispose();
});
