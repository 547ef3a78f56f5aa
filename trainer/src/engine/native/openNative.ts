import { setBackend } from '@tensorflow/tfjs-core';
import { eagerExecutor } from '../eager/eagerExecutor.ts';
import type { Executor } from '../program.ts';
import { loadNative } from './loadNative.ts';
import type { NativeKind } from './nativeAddon.ts';

/** Opens the executor `tfjs-cpu` or `tfjs-cuda`: the program op by op on libtensorflow. */
export async function openNative(kind: NativeKind): Promise<Executor> {
  const { backend, libtensorflowVersion, usesGpu } = loadNative(kind);
  await setBackend(backend);
  return eagerExecutor({
    name: kind,
    backendName: backend,
    build: `${kind}, libtensorflow ${libtensorflowVersion}`,
    description: `libtensorflow ${libtensorflowVersion} (${usesGpu ? 'GPU' : 'CPU'}), op by op`,
  });
}
