import {
  type NamedTensorInfoMap,
  registerBackend,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { elementwise } from './lowerings/elementwise.ts';
import { indexing } from './lowerings/indexing.ts';
import type { LoweringTable } from './lowerings/lowering.ts';
import { reductions } from './lowerings/reductions.ts';
import { shape } from './lowerings/shape.ts';
import { addMatMulKernel } from './ops/addMatMul.ts';
import { putKernel, takeKernel } from './ops/alongAxis.ts';
import { attentionGradKernel, attentionKernel } from './ops/attention.ts';
import { cachedAttentionKernel } from './ops/cachedAttention.ts';
import { geluKernel } from './ops/gelu.ts';
import { int8MatMulKernel } from './ops/int8MatMul.ts';
import { asTensor, type OwnKernel } from './ops/kernel.ts';
import { layerNormKernel } from './ops/layerNorm.ts';
import { rmsNormKernel } from './ops/rmsNorm.ts';
import { rotaryKernel } from './ops/rotary.ts';
import { rowsAfterKernel } from './ops/rowsAfter.ts';
import { scaleIfKernel } from './ops/scaleIf.ts';
import { swiGluKernel } from './ops/swiGlu.ts';
import { sumSquaresKernel } from './ops/sumSquares.ts';
import type { Value } from './trace/graph.ts';
import { TraceBackend } from './trace/traceBackend.ts';

/** How each kernel of tfjs that we use becomes ONNX nodes. */
export const LOWERINGS: LoweringTable = { ...elementwise, ...shape, ...reductions, ...indexing };

const OWN_KERNELS: readonly OwnKernel[] = [
  rmsNormKernel,
  layerNormKernel,
  geluKernel,
  rotaryKernel,
  swiGluKernel,
  attentionKernel,
  attentionGradKernel,
  takeKernel,
  putKernel,
  scaleIfKernel,
  sumSquaresKernel,
  addMatMulKernel,
  rowsAfterKernel,
  cachedAttentionKernel,
  int8MatMulKernel,
];

let backend: TraceBackend | null = null;

export function traceBackend(): TraceBackend {
  if (backend === null) throw new Error('the trace backend is not registered');
  return backend;
}

/** Makes the backend `trace` known to tfjs; does nothing the second time. */
export function registerTraceKernels(): void {
  if (backend !== null) return;
  const created = new TraceBackend();
  backend = created;
  registerBackend('trace', () => created, 0);
  const own = OWN_KERNELS.map((kernel) => [kernel.name, kernel] as const);
  const entries: (readonly [string, LoweringTable[string] | OwnKernel])[] = [
    ...Object.entries(LOWERINGS),
    ...own,
  ];
  for (const [kernelName, entry] of entries) {
    registerKernel({
      kernelName,
      backendName: 'trace',
      kernelFunc: ({ inputs, attrs }) => {
        if ('compute' in entry && entry.lowersOn?.(created.graph.target) === false)
          return composed(entry, inputs, attrs ?? {});
        const values = ordered(inputs, entry.inputs).map((info) => created.lookup(info));
        const lowered = entry.lower({
          graph: created.graph,
          inputs: values,
          attrs: attrs ?? {},
        });
        const wrap = (value: Value): TensorInfo => created.wrap(value);
        return Array.isArray(lowered) ? lowered.map(wrap) : wrap(lowered);
      },
    });
  }
}

const computing = new Set<string>();

/** Makes our own operators known to a backend that computes at once. */
export function registerOwnKernels(backendName: string): void {
  if (computing.has(backendName)) return;
  computing.add(backendName);
  for (const kernel of OWN_KERNELS) {
    registerKernel({
      kernelName: kernel.name,
      backendName,
      kernelFunc: ({ inputs, attrs }) => composed(kernel, inputs, attrs ?? {}),
    });
  }
}

/** What an operator of ours is in ops of tfjs. */
function composed(
  kernel: OwnKernel,
  inputs: NamedTensorInfoMap,
  attrs: Record<string, unknown>,
): tf.Tensor | tf.Tensor[] {
  const tensors = ordered(inputs, kernel.inputs).map(asTensor);
  return tf.tidy(() => kernel.compute(tensors, attrs));
}

/** Inputs in the table's order; kernels that take any number of tensors name them 0, 1, 2 ... */
function ordered(inputs: NamedTensorInfoMap, names: readonly string[]): TensorInfo[] {
  const keys = names.length > 0 ? names : Object.keys(inputs);
  return keys.map((name) => inputs[name]!);
}
