import { join } from 'node:path';
import { nativeRequire } from '../engine/native/nativeAddon.ts';
import type { Libtensorflow } from './findLibtensorflow.ts';
import { lastLines } from '../disk/logEnd.ts';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

/**
 * Compiles the two source files of the npm package's addon and links them to libtensorflow, in
 * place. The addon is pure N-API, so the compiler and the headers of `node-api-headers` are enough;
 * node-gyp would fetch Node's own headers from the network and needs Python and make.
 *
 * @throws DeepCoderError without a compiler, or with what the compiler said
 */
export async function compileAddon(options: {
  source: string;
  libtensorflow: Libtensorflow;
  output: string;
}): Promise<void> {
  const compiler = await findCompiler();
  const args = compilerArguments(options);
  const result = await runProgram(compiler, args);
  if (result.code === 0) return;
  throw setupError(
    'addon-compile',
    `${compiler} could not build the addon from ${options.source} against ${options.libtensorflow.libraryFolder}:\n${lastLines(result.output)}`,
  );
}

async function findCompiler(): Promise<string> {
  const given = process.env['CXX'];
  const candidates = given === undefined || given === '' ? ['c++', 'g++', 'clang++'] : [given];
  for (const candidate of candidates) {
    if ((await runProgram(candidate, ['--version'])).code === 0) return candidate;
  }
  throw setupError(
    'no-compiler',
    `no C++ compiler (tried ${candidates.join(', ')}); install one (Debian: apt install g++; macOS: xcode-select --install) or set CXX to it`,
  );
}

function compilerArguments(options: {
  source: string;
  libtensorflow: Libtensorflow;
  output: string;
}): string[] {
  const { source, libtensorflow, output } = options;
  const { libraryFolder, libraries, includeFolder } = libtensorflow;
  const link =
    process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-DNAPI_VERSION=8', ...link],
    ...[napiHeaders(), source, includeFolder].map((folder) => `-I${folder}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(source, 'binding', file)),
    ...['-o', output],
    ...libraries.map((library) => join(libraryFolder, library)),
    `-Wl,-rpath,${libraryFolder}`,
  ];
}

function napiHeaders(): string {
  try {
    return (nativeRequire('node-api-headers') as { include_dir: string }).include_dir;
  } catch (cause) {
    throw setupError(
      'napi-headers',
      'the optional package node-api-headers is not installed; run npm ci in the folder of DeepCoder',
      cause,
    );
  }
}
