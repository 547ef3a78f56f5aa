import { beforeAll, expect } from 'vitest';
import { dropoutRows } from '../../trainer/src/engine/ops/dropout.ts';
import type {
  DeviceTensors,
  Executor,
  HostArray,
  HostTensor,
  Program,
} from '../../trainer/src/engine/program.ts';
import { zeros } from '../../trainer/src/engine/program.ts';
import { uploaded } from '../../trainer/src/engine/uploaded.ts';
import { cacheSpecs, decodeProgram } from '../../trainer/src/inference/decodeProgram.ts';
import { decodeModel } from '../../trainer/src/inference/players.ts';
import { tokenLossProgram } from '../../trainer/src/inference/tokenLossProgram.ts';
import { initialLora } from '../../trainer/src/lora/lora.ts';
import { DIVERGENCES, divergenceByName } from '../../trainer/src/losses/divergenceByName.ts';
import { uld } from '../../trainer/src/losses/uld.ts';
import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';
import { scoreProgram } from '../../trainer/src/scoring/scoreProgram.ts';
import type { TrainSetup } from '../../trainer/src/training/trainSetup.ts';
import { maxDifference, openOnnx, random } from '../support/executors.ts';
import { TINY_DECODER, tinyParameters } from '../support/tinyDecoder.ts';
import {
  type HostBatch,
  randomBatch,
  runner,
  scalarInputs,
  SETUP,
} from '../support/trainingRun.ts';
import { lossCase, runLoss } from '../trainer/losses/support/lossCase.ts';
import { openWebgpu, webgpuTest } from './openWebgpu.ts';

let cpu: Executor;
beforeAll(async () => {
  cpu = await openOnnx();
}, 60_000);

/** Two rows of three blocks of attention each, of two records each. */
const LENGTH = 24;
const PACKED: TrainSetup = { ...SETUP, rows: 2, length: LENGTH, positions: 8 };
const LORA = { r: 3, alpha: 6, targetModules: ['q_proj', 'down_proj'], useRslora: false };
const ADAPTER: TrainSetup = { ...PACKED, lora: LORA, isTrained: () => false };

const UNTIED: LlamaConfig = { ...TINY_DECODER, numKeyValueHeads: 4, tieWordEmbeddings: false };

const SETUPS: Record<string, TrainSetup> = {
  'hard labels': { ...PACKED, teacher: null, kd: 0 },
  'heads of its own for each key': {
    ...PACKED,
    model: UNTIED,
  },
  'an adapter with dropout': { ...ADAPTER, loraDropout: 0.3 },
  'layers that are computed twice': { ...PACKED, checkpointing: true },
  'a temperature of its own for each token': { ...PACKED, temperature: 'scheduled' },
};

const parameters = { alpha: 0.4, gamma: 2, beta: 0.3, generalizedJsd: false, lambda: 0.3 };
for (const name of Object.keys(DIVERGENCES).filter((one) => one !== 'uld')) {
  const steps = name === 'kl' ? 20 : 2;
  const divergence = divergenceByName(name, parameters);
  webgpuTest(`${steps} steps with the loss ${name} give the CPU's losses`, (gpu) =>
    expectSameSteps(gpu, { ...PACKED, divergence }, steps),
  );
}

webgpuTest('the loss uld and its gradients are those of the CPU', async (gpu) => {
  const given = lossCase(3, { positions: 6, vocabSize: 13, k: 3 });
  const teachers = given.teachers!.map((teacher) => ({ ...teacher, ids: null }));
  const [wanted, found] = [cpu, gpu].map((executor) =>
    runLoss(executor, { ...given, teachers }, { kd: 1, temperature: 1, divergence: uld }),
  );
  expectClose({ ...(await found!) }, { ...(await wanted!) });
});

for (const [name, setup] of Object.entries(SETUPS))
  webgpuTest(`2 steps with ${name} give the CPU's losses`, (gpu) => expectSameSteps(gpu, setup, 2));

webgpuTest(
  'accumulated gradients, their update and the evaluation are the CPU ones',
  async (gpu) => {
    const [wanted, found] = [cpu, gpu].map((executor) => runnerOf(executor, PACKED));
    const programs = ['accumulate', 'accumulate', 'accumulate', 'update', 'evaluate'] as const;
    for (const [at, program] of programs.entries()) {
      const inputs = program === 'update' ? scalars(1) : batchOf(PACKED, at);
      expectClose(await found!.run(program, inputs), await wanted!.run(program, inputs), program);
      if (program !== 'accumulate') continue;
      for (const name of Object.keys(wanted!.programs.trained))
        expectClose({ name: await found!.gradient(name) }, { name: await wanted!.gradient(name) });
    }
    await found!.dispose();
  },
);

webgpuTest('an embedding beyond what a shader can bind is learnt in parts', async () => {
  const model: LlamaConfig = { ...TINY_DECODER, vocabSize: 10_000 };
  const limit = 256 << 10;
  const gpu = await openWebgpu({
    target: { maxScatterBytes: limit },
    options: { maxStorageBufferBindingSize: String(limit) },
  });
  await expectSameSteps(gpu, { ...PACKED, model }, 2);
});

webgpuTest('half precision is refused with the reason where the device has none', async (gpu) => {
  for (const [precision, why] of [
    ['fp16', /does not support|requires f16/],
    ['bf16', /WebGPU has no bf16/],
  ] as const) {
    const run = runnerOf(gpu, { ...PACKED, precision });
    const step = gpu.compile(run.programs.step, {}, { precision });
    const refusal = await step.then(
      () => null,
      (error: unknown) => error as Error,
    );
    // A GPU may have fp16.
    if (precision === 'fp16' && refusal === null) continue;
    expect(refusal).toMatchObject({ code: 'precision-unsupported', exitCode: 2 });
    expect(refusal!.message).toMatch(why);
  }
});

webgpuTest('a run goes on with the CPU, and one of the CPU with the device', async (gpu) => {
  const resumed = async (first: Executor, second: Executor): Promise<HostArray[]> => {
    const begun = runnerOf(first, PACKED);
    const columns: HostArray[] = [];
    for (const step of [1, 2]) columns.push(await stepOf(begun, step));
    const { trained, moments } = begun.programs;
    const state: Record<string, HostTensor> = {};
    for (const [name, spec] of Object.entries({ ...trained, ...moments }))
      state[name] = { ...spec, data: await begun.read(name) };
    const goesOn = runner(second, PACKED, state);
    for (const step of [3, 4]) columns.push(await stepOf(goesOn, step));
    return columns;
  };
  const wanted = await resumed(cpu, cpu);
  for (const found of [await resumed(gpu, cpu), await resumed(cpu, gpu)])
    for (const [at, columns] of wanted.entries())
      expect(maxDifference(found[at]!, columns), `step ${at + 1}`).toBeLessThan(1e-4);
});

webgpuTest('a teacher gives the scores of the CPU, token for token', async (gpu) => {
  const setup = { k: 3, temperature: 1, vocabSize: 13, leftOut: [4], chunk: 3 };
  const shape = { rows: 2, length: LENGTH, positions: 8 };
  const program = scoreProgram({ model: TINY_DECODER, ...shape, ...setup });
  const { ids, positions, starts, index, labels } = batchOf(PACKED, 1);
  const inputs = { ids, positions, starts, index, labels } as HostBatch;
  const frozen = tinyParameters(TINY_DECODER);
  await expectSameRuns(gpu, program, { state: {}, frozen, inputs: [inputs] });
});

webgpuTest('decoding with a cache gives the logits of the CPU', async (gpu) => {
  const frozen = tinyParameters(TINY_DECODER);
  const shape = { rows: 2, chunk: 4, context: 16 };
  const decode = decodeModel({ model: TINY_DECODER, lora: null, ...loaded(frozen) });
  const state = emptyCaches(shape);
  const inputs = [0, 4].map((start) => ({
    ids: Int32Array.from({ length: 8 }, (_, at) => (at * 5 + start) % TINY_DECODER.vocabSize),
    positions: Int32Array.from({ length: 8 }, (_, at) => start + (at % 4)),
    last: Int32Array.of(3, 2),
  }));
  for (const likeliest of [false, true]) {
    const program = decodeProgram(decode, shape, { likeliest });
    await expectSameRuns(gpu, program, { state, frozen, inputs });
  }
});

webgpuTest('the losses of tokens are those of the CPU', async (gpu) => {
  const frozen = tinyParameters(TINY_DECODER);
  const shape = { chunk: 4, context: 12 };
  const student = decodeModel({ model: TINY_DECODER, lora: null, ...loaded(frozen) });
  const program = tokenLossProgram({ student, teacher: null, ...shape, head: 3 });
  const inputs = [0, 4].map((start) => ({
    ids: Int32Array.of(7, 2, 11, 0),
    positions: Int32Array.from({ length: 4 }, (_, at) => start + at),
    labels: Int32Array.of(2, 11, 0, 5),
  }));
  await expectSameRuns(gpu, program, { state: emptyCaches({ rows: 1, ...shape }), frozen, inputs });
});

async function stepOf(run: ReturnType<typeof runner>, step: number): Promise<HostArray> {
  const { columns } = await run.run('step', { ...batchOf(PACKED, step), ...scalars(step) });
  return columns!;
}

async function expectSameSteps(gpu: Executor, setup: TrainSetup, steps: number): Promise<void> {
  const [wanted, found] = [cpu, gpu].map((executor) => runnerOf(executor, setup));
  for (let step = 1; step <= steps; step++) {
    const inputs = { ...batchOf(setup, step), ...scalars(step) };
    const [a, b] = [await wanted!.run('step', inputs), await found!.run('step', inputs)];
    expectClose(b, a, `step ${step}`);
  }
  await found!.dispose();
}

function expectClose(
  found: Record<string, HostArray>,
  wanted: Record<string, HostArray>,
  what = '',
): void {
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [name, values] of Object.entries(wanted))
    expect(maxDifference(found[name]!, values), `${what} ${name}`).toBeLessThan(1e-5);
}

function runnerOf(executor: Executor, setup: TrainSetup): ReturnType<typeof runner> {
  const adapters = setup.lora === null ? {} : initialLora(setup.model, setup.lora, random(5));
  return runner(executor, setup, { ...tinyParameters(setup.model), ...adapters });
}

function batchOf(setup: TrainSetup, seed: number): HostBatch {
  const batch = randomBatch(setup, seed);
  const second = LENGTH / 2 - 1;
  const at = batch['positions']!;
  batch['starts'] = Int32Array.from(at, (position) => (position < second ? 0 : second));
  batch['positions'] = Int32Array.from(at, (position) => position % second);
  if (setup.loraDropout) batch['dropoutRows'] = dropoutRows(seed, setup.rows * setup.length);
  if (setup.temperature === 'scheduled')
    batch['temperature'] = Float32Array.from({ length: setup.positions }, (_, n) => 1 + n / 4);
  return batch;
}

function scalars(step: number): HostBatch {
  const [beta1, beta2] = SETUP.optimizer.betas;
  const corrections = { biasCorrection1: 1 - beta1 ** step, biasCorrection2: 1 - beta2 ** step };
  return scalarInputs({ learningRate: 1e-3, maxGradNorm: 1, ...corrections });
}

async function expectSameRuns(
  gpu: Executor,
  program: Program,
  {
    state,
    frozen,
    inputs,
  }: {
    state: Record<string, HostTensor>;
    frozen: Record<string, HostTensor>;
    inputs: readonly HostBatch[];
  },
): Promise<void> {
  const runs = async (executor: Executor): Promise<Record<string, HostArray>[]> => {
    const compiled = await executor.compile(program, uploaded(executor, frozen));
    const kept: DeviceTensors = uploaded(executor, copies(state));
    const results: Record<string, HostArray>[] = [];
    for (const one of inputs) results.push(await compiled.run(kept, one));
    await compiled.dispose();
    return results;
  };
  const [wanted, found] = [await runs(cpu), await runs(gpu)];
  for (const [at, result] of wanted.entries()) expectClose(found[at]!, result, `run ${at}`);
}

function copies(state: Record<string, HostTensor>): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, { ...value, data: value.data.slice() }]),
  );
}

function emptyCaches(shape: { rows: number; context: number }): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(cacheSpecs(TINY_DECODER, shape)).map(([name, spec]) => [name, zeros(spec)]),
  );
}

/** Shapes are all that a program is made of. */
function loaded(frozen: Record<string, HostTensor>): {
  state: DeviceTensors;
  frozen: DeviceTensors;
} {
  return { state: {}, frozen: frozen as unknown as DeviceTensors };
}
