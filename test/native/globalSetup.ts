import { DeepCoderError } from '@deepcoder/config';
import type { TestProject } from 'vitest/node';
import { setupNative } from '../../trainer/src/setup/setupNative.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why the native executor cannot be built here, or null. */
    nativeMissing: string | null;
  }
}

/** What a machine may lack; anything else that goes wrong in the set-up fails the tests. */
const LACKING = new Set(['no-python', 'no-pip', 'no-compiler', 'native-platform']);

/** Builds the addon once for all test files; it stays in the cache. */
export default async function setup(project: TestProject): Promise<void> {
  const log = (line: string) => process.stdout.write(`${line}\n`);
  try {
    await setupNative({ kind: 'tfjs-cpu', libtensorflow: null, log });
    project.provide('nativeMissing', null);
  } catch (error) {
    if (!(error instanceof DeepCoderError) || !LACKING.has(error.code)) throw error;
    project.provide('nativeMissing', error.message);
  }
}
