import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type DeviceTensors,
  elementCount,
  type Executor,
  type TensorSpec,
} from '../../trainer/src/engine/program.ts';
import type { LoraOptions } from '../../trainer/src/lora/lora.ts';
import { trainPrograms } from '../../trainer/src/training/trainPrograms.ts';
import {
  type Bench,
  type BenchContext,
  type BenchParts,
  type BenchRow,
  median,
  uniformFrom,
} from './bench.ts';
import { MODEL_30_LAYERS } from './benchModels.ts';
import { openOnnx, plainSetup } from './openStep.ts';

const LORA: LoraOptions = {
  r: 16,
  alpha: 32,
  targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  useRslora: false,
};

export const compileParts: BenchParts = {
  'compile-full': () => compileOnce(null),
  'compile-lora': () => compileOnce(LORA),
};

export const compileBenches: Bench[] = [
  { name: 'compile-full', run: (context) => compileTime('full', context) },
  { name: 'compile-lora', run: (context) => compileTime('lora', context) },
];

/** Seconds of tracing and session creation of the step program, from nothing and from the disk cache. */
async function compileOnce(lora: LoraOptions | null): Promise<Record<string, number>> {
  const cacheDir = mkdtempSync(path.join(tmpdir(), 'deepcoder-bench-'));
  try {
    const executor = await openOnnx(cacheDir);
    const { step, frozen } = trainPrograms({
      ...plainSetup({ model: MODEL_30_LAYERS, rows: 1, length: 512 }),
      lora,
      isTrained: () => lora === null,
    });
    const constants = randomTensors(executor, frozen);
    const seconds: Record<string, number> = {};
    for (const name of ['traced', 'cached']) {
      const compiled = await executor.compile(step, constants, { cacheKey: 'bench' });
      const { cached, traceMs, sessionMs } = compiled.info;
      if (cached !== (name === 'cached')) throw new Error(`the graph is not ${name}`);
      seconds[name] = (traceMs + sessionMs) / 1000;
      await compiled.dispose();
    }
    return seconds;
  } finally {
    rmSync(cacheDir, { recursive: true });
  }
}

function randomTensors(executor: Executor, specs: Record<string, TensorSpec>): DeviceTensors {
  const uniform = uniformFrom(1);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const data = new Float32Array(elementCount(shape));
      for (let i = 0; i < data.length; i++) data[i] = 0.04 * (uniform() - 0.5);
      return [name, executor.tensor({ shape, dtype: 'float32', data })];
    }),
  );
}

/** Each round in a fresh process: code that has run before is compiled already, and faster. */
async function compileTime(
  kind: 'full' | 'lora',
  { rounds, part }: BenchContext,
): Promise<BenchRow[]> {
  const runs: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await part(`compile-${kind}`));
  return ['traced', 'cached'].map((from) => ({
    name: `30 layers, 512 tokens, ${kind}: step program ${from} and opened`,
    value: median(runs.map((seconds) => seconds[from]!)),
    unit: 's',
    atMost: 5,
  }));
}
