import { DeepCoderError } from '@deepcoder/config';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { SupervisionWeights } from '@deepcoder/trajectory';
import type { PrepareDeps } from '../types.ts';
import { encodeContext, type EncodeSettings } from './encodeContext.ts';
import type { EncodedDocument } from './encodeDocument.ts';
import { encodeJob, type EncodeJob } from './encodeJob.ts';
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from './worker.ts';

export interface EncodeAllOptions {
  settings: EncodeSettings;
  weights: SupervisionWeights;
  deps: PrepareDeps;
}

/** Results in the order of the jobs, and how many workers did them (0: this thread). */
export interface EncodedAll {
  encoded: EncodedDocument[][];
  workers: number;
}

/** Does all jobs in workers, or in this thread where there is no worker bundle or little to do. */
export async function encodeAll(
  jobs: readonly EncodeJob[],
  options: EncodeAllOptions,
): Promise<EncodedAll> {
  const { workers, workerUrl } = options.deps;
  const count = Math.min(workers, jobs.length);
  if (count === 0 || workerUrl === null || !existsSync(workerUrl)) {
    return { encoded: await encodeHere(jobs, options), workers: 0 };
  }
  return { encoded: await encodeInWorkers(jobs, { ...options, workerUrl, count }), workers: count };
}

async function encodeHere(
  jobs: readonly EncodeJob[],
  { settings, weights, deps }: EncodeAllOptions,
): Promise<EncodedDocument[][]> {
  const { tokenizer, teacherTokenizer = null, now } = deps;
  const context = encodeContext(tokenizer, { settings, weights, now, teacherTokenizer });
  const encoded: EncodedDocument[][] = [];
  for (const job of jobs) {
    deps.signal?.throwIfAborted();
    encoded.push(await encodeJob(job, context));
    deps.onProgress?.(encoded.length, jobs.length);
  }
  return encoded;
}

async function encodeInWorkers(
  jobs: readonly EncodeJob[],
  {
    settings,
    weights,
    deps,
    workerUrl,
    count,
  }: EncodeAllOptions & { workerUrl: URL; count: number },
): Promise<EncodedDocument[][]> {
  const setup: WorkerSetup = {
    tokenizer: deps.tokenizer.files,
    teacherTokenizer: deps.teacherTokenizer?.files ?? null,
    settings,
    weights,
  };
  const workers = Array.from({ length: count }, () => new Worker(workerUrl, { workerData: setup }));
  const encoded = new Array<EncodedDocument[]>(jobs.length);
  let next = 0;
  let done = 0;
  const work = async (worker: Worker): Promise<void> => {
    while (next < jobs.length) {
      deps.signal?.throwIfAborted();
      const id = next++;
      encoded[id] = await ask(worker, { id, job: jobs[id]! });
      deps.onProgress?.(++done, jobs.length);
    }
  };
  try {
    await Promise.all(workers.map(work));
    return encoded;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, request: WorkerRequest): Promise<EncodedDocument[]> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: WorkerAnswer): void => {
      stopListening();
      if ('encoded' in answer) resolve(answer.encoded);
      else reject(asError(answer.error));
    };
    const onError = (error: Error): void => {
      stopListening();
      reject(error);
    };
    const onExit = (code: number): void => onError(new Error(`a data worker ended with ${code}`));
    const stopListening = (): void => {
      worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
    };
    worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}

/** Errors lose their class on the way between threads. */
function asError(error: Extract<WorkerAnswer, { error: unknown }>['error']): Error {
  const { code, exitCode, message } = error;
  return code !== null && (exitCode === 2 || exitCode === 3 || exitCode === 4)
    ? new DeepCoderError(code, message, { exitCode })
    : new Error(message);
}
