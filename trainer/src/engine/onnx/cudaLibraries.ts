import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { cacheFolder } from '../../disk/cacheFolder.ts';

/** ONNX Runtime with its CUDA provider, and what that is linked to; `deepcoder setup cuda` notes it. */
export interface CudaLibraries {
  version: string;
  /** ONNX Runtime's own library. */
  runtime: string;
  provider: string;
  /** In the order in which they are loaded: each is there for those after it. */
  cuda: readonly string[];
}

export function cudaFolder(cache = cacheFolder()): string {
  return join(cache, 'cuda', `${process.platform}-${process.arch}`);
}

/** What was set up; null where nothing was. */
function findCuda(cache = cacheFolder()): CudaLibraries | null {
  const file = join(cudaFolder(cache), 'cuda.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CudaLibraries) : null;
}

/** @throws DeepCoderError where CUDA was not set up, or some of it has gone */
export function requireCuda(): CudaLibraries {
  const found = findCuda();
  if (found === null) throw notThere('CUDA is not set up; run deepcoder setup cuda');
  const gone = [found.runtime, found.provider, ...found.cuda].find((file) => !existsSync(file));
  if (gone === undefined) return found;
  throw notThere(`${gone} has gone; run deepcoder setup cuda again`);
}

function notThere(why: string): DeepCoderError {
  return new DeepCoderError('provider-missing', `engine.provider cuda: ${why}`, { exitCode: 2 });
}
