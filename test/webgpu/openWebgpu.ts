import { expect, test } from 'vitest';
import { openOnnxExecutor } from '../../trainer/src/engine/onnx/onnxExecutor.ts';
import type { ProviderChanges } from '../../trainer/src/engine/onnx/openProvider.ts';
import type { Executor } from '../../trainer/src/engine/program.ts';

/** Small, so that rows of a few tokens have several blocks. */
const ATTENTION_BLOCK = 8;

/** ONNX Runtime's WebGPU, which reports whatever a shader may not do; a node that the CPU runs is an error. */
export async function openWebgpu({ target, options }: ProviderChanges = {}): Promise<Executor> {
  const executor = await openOnnxExecutor({
    ...{ provider: 'webgpu', threads: 2, cacheDir: null },
    changes: {
      target: { attentionBlock: ATTENTION_BLOCK, ...target },
      options: { validationMode: 'full', ...options },
    },
  });
  return {
    ...executor,
    compile: async (...args) => {
      const compiled = await executor.compile(...args);
      expect(compiled.info.onHost, args[0].name).toEqual([]);
      return compiled;
    },
  };
}

let opening: Promise<{ executor: Executor } | { missing: string }> | null = null;

function opened(): Promise<{ executor: Executor } | { missing: string }> {
  opening ??= openWebgpu().then(
    (executor) => ({ executor }),
    (error: unknown) => ({ missing: error instanceof Error ? error.message : String(error) }),
  );
  return opening;
}

/** A test that needs a WebGPU device, a software one too; where there is none, it is skipped and says why. */
export function webgpuTest(name: string, body: (executor: Executor) => Promise<void>): void {
  test(name, async ({ skip }) => {
    const device = await opened();
    if ('missing' in device) skip(device.missing);
    else await body(device.executor);
  });
}
