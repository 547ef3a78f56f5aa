import { DeepCoderError } from '@deepcoder/config';
import * as tf from '@tensorflow/tfjs-core';
import { eagerExecutor } from './eager/eagerExecutor.ts';
import { openNative } from './native/openNative.ts';
import { openOnnxExecutor } from './onnx/onnxExecutor.ts';
import type { ProviderName } from './onnx/provider.ts';
import type { Executor, ExecutorName } from './program.ts';
import { provenExecutor } from './provenExecutor.ts';

/** Former executor names. */
const OLD_NAMES = { cuda: 'tfjs-cuda', native: 'tfjs-cpu' } as const satisfies Record<
  string,
  ExecutorName
>;

export interface ExecutorRequest {
  executor: ExecutorName | keyof typeof OLD_NAMES | 'auto';
  /** Where ONNX Runtime computes. */
  provider: ProviderName | 'auto';
  /** 0 means all cores. */
  threads: number;
  /** Folder for traced graphs and what is known of devices; null: nothing is kept. */
  cacheDir: string | null;
  /** See `engine.tf32`. */
  tf32?: boolean;
}

export interface OpenedExecutor {
  executor: Executor;
  /** Why it was chosen, and why not another one. */
  reason: string;
}

/** What computes rightly here, the fastest first as far as one knows without trying; the last is the CPU. */
export interface Candidates {
  usable: readonly Executor[];
  /** Why the others cannot be taken, each a sentence that begins with its name. */
  refused: readonly string[];
}

/**
 * Opens the executor that the config names; one that cannot load is an error, never a silent replacement.
 * `auto` takes the first of `openCandidates`.
 */
export async function openExecutor(request: ExecutorRequest): Promise<OpenedExecutor> {
  if (isNamed(request)) return openNamed(request);
  const { usable, refused } = await openCandidates(request);
  return { executor: usable[0]!, reason: ['auto', ...refused].join('; ') };
}

/** Whether the config leaves nothing to choose. */
export function isNamed({ executor, provider }: ExecutorRequest): boolean {
  return (executor !== 'auto' && executor !== 'onnx') || provider !== 'auto';
}

/** What `auto` chooses from. */
export async function openCandidates(request: ExecutorRequest): Promise<Candidates> {
  const cpu = await openOnnxExecutor({ ...request, provider: 'cpu' });
  const onOnnx = (provider: ProviderName): Promise<Executor> =>
    provenExecutor({ ...request, provider, trusted: cpu });
  const attempts: [string, () => Promise<Executor>][] = [
    ['cuda', () => onOnnx('cuda')],
    ['tfjs-cuda', () => openNative('tfjs-cuda')],
    ['webgpu', () => onOnnx('webgpu')],
  ];
  const wanted = attempts.filter(([name]) => request.executor === 'auto' || name !== 'tfjs-cuda');
  const usable: Executor[] = [];
  const refused: string[] = [];
  for (const [name, open] of wanted) {
    try {
      usable.push(await open());
    } catch (error) {
      // Only what a set-up could mend speaks for the next executor.
      if (!(error instanceof DeepCoderError)) throw error;
      refused.push(`not ${name} (${error.message})`);
    }
  }
  return { usable: [...usable, cpu], refused };
}

async function openNamed(request: ExecutorRequest): Promise<OpenedExecutor> {
  const { executor: given, provider } = request;
  const isOld = given === 'cuda' || given === 'native';
  const name = isOld ? OLD_NAMES[given] : given;
  const reason = isOld
    ? `named in the config as ${given}, which is the old name of ${name}`
    : 'named in the config';
  if (name === 'reference') return { executor: await openReference(), reason };
  if (name === 'tfjs-cpu' || name === 'tfjs-cuda')
    return { executor: await openNative(name), reason };
  if (provider === 'cpu' || provider === 'auto')
    return { executor: await openOnnxExecutor({ ...request, provider: 'cpu' }), reason };
  const trusted = await openOnnxExecutor({ ...request, provider: 'cpu' });
  const isChosen = true;
  return { executor: await provenExecutor({ ...request, provider, trusted, isChosen }), reason };
}

async function openReference(): Promise<Executor> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  const description = 'tfjs CPU, op by op';
  return eagerExecutor({
    ...{ name: 'reference', backendName: 'cpu', description },
    build: `reference, tfjs ${tf.version_core}`,
  });
}
