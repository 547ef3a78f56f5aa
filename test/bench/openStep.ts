import { openExecutor } from '../../trainer/src/engine/openExecutor.ts';
import {
  type DeviceTensors,
  type Executor,
  type HostArray,
  zeros,
} from '../../trainer/src/engine/program.ts';
import { forwardKl } from '../../trainer/src/losses/forwardKl.ts';
import { initialParameters, normalFrom } from '../../trainer/src/model/initialParameters.ts';
import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';
import { parameterShapes } from '../../trainer/src/model/architectures.ts';
import { trainPrograms } from '../../trainer/src/training/trainPrograms.ts';
import type { TrainSetup } from '../../trainer/src/training/trainSetup.ts';
import { uniformFrom } from './bench.ts';

export interface StepSize {
  model: LlamaConfig;
  rows: number;
  length: number;
  /** Compute each layer twice, to keep less. */
  checkpointing?: boolean;
}

const BETAS = [0.9, 0.999] as const;

/** The ONNX Runtime executor with all cores, as the trainer opens it. */
export async function openOnnx(cacheDir: string | null = null): Promise<Executor> {
  const request = { executor: 'onnx', provider: 'cpu', threads: 0, cacheDir } as const;
  return (await openExecutor(request)).executor;
}

/** Hard labels at every position, AdamW, everything trains. */
export function plainSetup({ model, rows, length, checkpointing = false }: StepSize): TrainSetup {
  return {
    model,
    lora: null,
    isTrained: () => true,
    rows,
    length,
    positions: rows * length,
    teacher: null,
    kd: 0,
    temperature: 1,
    divergence: forwardKl,
    checkpointing,
    optimizer: { betas: [...BETAS], eps: 1e-8, weightDecay: 0.01 },
    precision: 'fp32',
  };
}

/** Random weights and tokens; each call of what comes back is one whole training step. */
export async function openStep(executor: Executor, size: StepSize): Promise<() => Promise<void>> {
  const programs = trainPrograms(plainSetup(size));
  const compiled = await executor.compile(programs.step, {});
  const uniform = uniformFrom(1);
  const state: DeviceTensors = {};
  for (const [name, value] of Object.entries(initialParameters(size.model, normalFrom(uniform)))) {
    state[name] = executor.tensor(value);
  }
  for (const [name, spec] of Object.entries(programs.moments)) {
    state[name] = executor.tensor(zeros(spec));
  }
  const batch = randomTokens(size, uniform);
  let steps = 0;
  return async () => {
    steps++;
    const { gradNorm } = await compiled.run(state, { ...batch, ...scalars(steps) });
    if (!Number.isFinite(gradNorm![0])) throw new Error(`step ${steps} has no finite gradient`);
  };
}

function randomTokens(
  { model, rows, length }: StepSize,
  uniform: () => number,
): Record<string, HostArray> {
  const count = rows * length;
  const ids = Int32Array.from({ length: count }, () => Math.floor(uniform() * model.vocabSize));
  return {
    ids,
    positions: ids.map((_, i) => i % length),
    starts: new Int32Array(count),
    index: ids.map((_, i) => i),
    labels: ids.map((_, i) => ids[(i + 1) % count]!),
    weights: new Float32Array(count).fill(1 / count),
  };
}

function scalars(step: number): Record<string, HostArray> {
  return {
    learningRate: Float32Array.of(1e-3),
    biasCorrection1: Float32Array.of(1 - BETAS[0] ** step),
    biasCorrection2: Float32Array.of(1 - BETAS[1] ** step),
    gradientScale: Float32Array.of(1),
    maxGradNorm: Float32Array.of(1),
  };
}

/**
 * Floating-point operations that a step cannot do without: 6 for each weight of a matrix and token
 * (the input embedding is looked up, not multiplied), and causal attention's 6 products of half a
 * square, without what is recomputed.
 */
export function stepFlops({ model, rows, length }: StepSize): number {
  const matrices = Object.entries(parameterShapes(model)).filter(
    ([name, shape]) =>
      shape.length === 2 && (model.tieWordEmbeddings || name !== 'model.embed_tokens.weight'),
  );
  const weights = matrices.reduce((sum, [, shape]) => sum + shape[0]! * shape[1]!, 0);
  const width = model.numAttentionHeads * model.headDim;
  const attention = model.numHiddenLayers * 6 * rows * length * length * width;
  return 6 * weights * rows * length + attention;
}
