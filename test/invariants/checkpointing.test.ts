import { beforeAll, expect, test } from 'vitest';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { initialLora } from '../../trainer/src/lora/lora.ts';
import { dropoutRows } from '../../trainer/src/engine/ops/dropout.ts';
import type { TrainSetup } from '../../trainer/src/training/trainSetup.ts';
import { maxDifference, openOnnx, openReference, random } from '../support/executors.ts';
import { TINY_DECODER, tinyParameters } from '../support/tinyDecoder.ts';
import { randomBatch, runner, scalarInputs, SETUP } from '../support/trainingRun.ts';

let executors: Record<'onnx' | 'reference', Executor>;

beforeAll(async () => {
  executors = { onnx: await openOnnx(), reference: await openReference() };
}, 60_000);

const LORA = { r: 3, alpha: 6, targetModules: ['q_proj', 'down_proj'], useRslora: false };

const CASES: Record<string, TrainSetup> = {
  'all weights, head apart': {
    ...SETUP,
    model: { ...TINY_DECODER, tieWordEmbeddings: false },
  },
  'all weights, tied head': { ...SETUP, model: { ...TINY_DECODER, tieWordEmbeddings: true } },
  'an adapter with dropout': { ...SETUP, lora: LORA, loraDropout: 0.3, isTrained: () => false },
  'an adapter and a whole embedding': {
    ...SETUP,
    lora: LORA,
    isTrained: (name) => name.includes('embed_tokens'),
  },
};

for (const on of ['reference', 'onnx'] as const) {
  test.each(Object.entries(CASES))(
    `layers that are computed twice give the same numbers on ${on}: %s`,
    async (_, setup) => {
      const parameters = { ...tinyParameters(setup.model), ...adapters(setup) };
      const plain = runner(executors[on], setup, parameters);
      const twice = runner(executors[on], { ...setup, checkpointing: true }, parameters);
      for (let step = 1; step <= 3; step++) {
        const batch = randomBatch(setup, step);
        const seed = setup.loraDropout
          ? { dropoutRows: dropoutRows(step, setup.rows * setup.length) }
          : {};
        const [a, b] = [plain, twice].map((one) => one.run('accumulate', { ...batch, ...seed }));
        expect(maxDifference((await a!)['columns']!, (await b!)['columns']!)).toBeLessThan(1e-6);
        for (const name of Object.keys(plain.programs.gradients)) {
          const [wanted, found] = [await plain.read(name), await twice.read(name)];
          expect(maxDifference(wanted, found), `${name}, step ${step}`).toBeLessThan(1e-5);
          expect(Math.max(...found.map(Math.abs)), name).toBeGreaterThan(0);
        }
        await plain.run('step', { ...batch, ...seed, ...scalarInputs() });
        await twice.run('step', { ...batch, ...seed, ...scalarInputs() });
      }
      await plain.dispose();
      await twice.dispose();
    },
  );
}

/** Adapters that do something: B is not zero as at the start. */
function adapters({ model, lora }: TrainSetup): ReturnType<typeof initialLora> {
  if (lora === null) return {};
  const next = random(5);
  const made = initialLora(model, lora, next);
  for (const { data } of Object.values(made))
    for (let i = 0; i < data.length; i++) data[i] = (next() - 0.5) * 0.2;
  return made;
}
