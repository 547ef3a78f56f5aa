import * as tf from '@tensorflow/tfjs-core';
import { eagerExecutor } from './eager/eagerExecutor.ts';
import { openNative } from './native/openNative.ts';
import { openOnnxExecutor } from './onnx/onnxExecutor.ts';
import type { Executor, ExecutorName } from './program.ts';

export interface ExecutorRequest {
  executor: ExecutorName | 'auto';
  /** Execution provider of ONNX Runtime. */
  provider: string;
  /** 0: all cores. */
  threads: number;
  cacheDir: string | null;
}

/** Opens the executor that the config names. */
export async function openExecutor(request: ExecutorRequest): Promise<Executor> {
  const { executor, provider, threads, cacheDir } = request;
  if (executor === 'onnx' || executor === 'auto') {
    return openOnnxExecutor({ provider, threads, cacheDir });
  }
  if (executor === 'reference') return openReference();
  return openNative(executor);
}

async function openReference(): Promise<Executor> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  return eagerExecutor({
    name: 'reference',
    backendName: 'cpu',
    description: 'tfjs CPU, op by op',
  });
}
