import { DeepCoderError } from '@deepcoder/config';
import type * as Koffi from 'koffi';

/** Shader compilers of GPU drivers and MPI libraries need more than the 128 kB that calls get by default, and end the process. */
const STACK_BYTES = 8 << 20;

let loaded: Promise<typeof Koffi> | null = null;

/** koffi with stacks that are large enough, loaded when the first C library is. */
export function loadKoffi(wantedFor: string): Promise<typeof Koffi> {
  return (loaded ??= load(wantedFor));
}

async function load(wantedFor: string): Promise<typeof Koffi> {
  const koffi = await import('koffi').catch((cause: unknown) => {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new DeepCoderError(
      'executor-missing',
      `${wantedFor}: the package koffi does not load on ${process.platform}-${process.arch} (${why}); it supports Linux and Windows on x64 and arm64, and macOS on arm64; run npm ci in the folder of DeepCoder without --omit=optional`,
      { exitCode: 2, cause },
    );
  });
  // Before any library is loaded.
  koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
  return koffi;
}
