import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';

/** ONNX Runtime's shared library in the package onnxruntime-node, whose own binding is not loaded. */
export function packagedLibrary(): string {
  const folder = path.join(packageFolder(), 'bin', 'napi-v6', process.platform, process.arch);
  const file = path.join(folder, fileName(process.platform));
  if (existsSync(file)) return file;
  throw missing(`it brings no ONNX Runtime for ${process.platform}-${process.arch}`);
}

function packageFolder(): string {
  try {
    const { resolve } = createRequire(import.meta.url);
    return path.dirname(resolve('onnxruntime-node/package.json'));
  } catch (cause) {
    throw missing('it is not installed', cause);
  }
}

function fileName(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'onnxruntime.dll';
  return platform === 'darwin' ? 'libonnxruntime.1.dylib' : 'libonnxruntime.so.1';
}

function missing(why: string, cause?: unknown): DeepCoderError {
  return new DeepCoderError(
    'executor-missing',
    `engine.executor onnx: the package onnxruntime-node is needed, and ${why}; it supports Linux and Windows on x64 and arm64, and macOS on arm64; run npm ci in the folder of DeepCoder`,
    { exitCode: 2, cause },
  );
}
