import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { version_core } from '@tensorflow/tfjs-core';
import manifest from '../../package.json' with { type: 'json' };

export const PROGRAM_VERSION = manifest.version;

/** What a run's numbers depend on beside config and data; `run.json` keeps it. */
export function versions(): Record<string, string> {
  return {
    deepcoder: PROGRAM_VERSION,
    node: process.versions.node,
    onnxruntime: installedVersion('onnxruntime-node') ?? 'missing',
    tokenizers: installedVersion('tokenizers') ?? 'missing',
    tfjs: version_core,
  };
}

const { resolve } = createRequire(import.meta.url);

/**
 * The version of an installed package, or null. Its manifest need not be exported; of ONNX Runtime's package the
 * extension has no entry point, only the library.
 */
export function installedVersion(name: string): string | null {
  let folder: string;
  try {
    folder = path.dirname(resolve(name === 'onnxruntime-node' ? `${name}/package.json` : name));
  } catch {
    return null;
  }
  for (;;) {
    const file = path.join(folder, 'package.json');
    const found = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string })
      : {};
    if (found.name === name) return found.version ?? null;
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}
