import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const VERSION = '3.21.1';

const BINARIES = new Map([
  ['linux-x64', 'linux-x64'],
  ['linux-arm64', 'linux-arm64'],
  ['darwin-arm64', 'mac-arm64-metal'],
]);

interface Llama {
  loadModel: (options: { modelPath: string }) => Promise<LlamaModel>;
  dispose: () => Promise<void>;
}
interface LlamaModel {
  tokenize: (text: string, special: boolean) => number[];
  createContext: (options: {
    contextSize: number;
    threads: number;
    sequences?: number;
  }) => Promise<{
    getSequence: () => LlamaSequence;
  }>;
}
interface LlamaSequence {
  evaluate: (ids: number[], options: { temperature: number }) => AsyncIterable<number>;
  evaluateWithoutGeneratingNewTokens: (ids: number[]) => Promise<void>;
  dispose: () => void;
}

/**
 * llama.cpp in this process, on one thread. Its package is no dependency: it is fetched once, without its CUDA and
 * Vulkan builds, into a folder of the user's cache. Null where there is none for this machine.
 */
export async function openNodeLlama(): Promise<Llama | null> {
  const binary = BINARIES.get(`${process.platform}-${process.arch}`);
  if (binary === undefined) return null;
  const folder = path.join(
    process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
    'deepcoder-tests',
    `node-llama-cpp-${VERSION}`,
  );
  try {
    await fetched(folder, [`node-llama-cpp@${VERSION}`, `@node-llama-cpp/${binary}@${VERSION}`]);
    const entry = createRequire(path.join(folder, 'x.js')).resolve('node-llama-cpp');
    const { getLlama } = (await import(pathToFileURL(entry).href)) as {
      getLlama: (options: object) => Promise<Llama>;
    };
    return await getLlama({ gpu: false, maxThreads: 1, build: 'never', logLevel: 'error' });
  } catch (error) {
    console.warn(`llama.cpp cannot be had: ${String(error)}`);
    return null;
  }
}

async function fetched(folder: string, packages: string[]): Promise<void> {
  if (existsSync(path.join(folder, 'node_modules/node-llama-cpp'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  const args = [
    'install',
    '--omit=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--force',
  ];
  await promisify(execFile)('npm', [...args, ...packages], { cwd: folder });
}
