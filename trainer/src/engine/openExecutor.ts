import { DeepCoderError } from '@deepcoder/config';
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
  /** Folder for traced graphs; null: traced anew each time. */
  cacheDir: string | null;
}

export interface OpenedExecutor {
  executor: Executor;
  /** Why `auto` chose it, and why not another one. */
  reason: string;
}

/**
 * Opens the executor that the config names; one that cannot load is an error, never a silent
 * replacement. `auto` takes `cuda` where it is set up and finds a GPU, else `onnx`.
 */
export async function openExecutor(request: ExecutorRequest): Promise<OpenedExecutor> {
  const { executor, ...options } = request;
  if (executor !== 'auto') {
    return { executor: await openNamed(executor, options), reason: 'named in the config' };
  }
  try {
    return { executor: await openNative('cuda'), reason: 'auto: a GPU is set up' };
  } catch (error) {
    // Only what a set-up could mend speaks for the next executor.
    if (!(error instanceof DeepCoderError)) throw error;
    return {
      executor: await openOnnxExecutor(options),
      reason: `auto: not cuda (${error.message})`,
    };
  }
}

function openNamed(
  name: ExecutorName,
  options: Omit<ExecutorRequest, 'executor'>,
): Promise<Executor> {
  if (name === 'onnx') return openOnnxExecutor(options);
  return name === 'reference' ? openReference() : openNative(name);
}

async function openReference(): Promise<Executor> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  const description = 'tfjs CPU, op by op';
  return eagerExecutor({ name: 'reference', backendName: 'cpu', description });
}
