import { parentPort, workerData } from 'node:worker_threads';
import type { SupervisionWeights } from '@deepcoder/trajectory';
import { guardedTokenizer } from '../tokenizing/guardedTokenizer.ts';
import type { TokenizerFiles } from '../../tokenizer/tokenizerFiles.ts';
import { encodeContext, type EncodeContext, type EncodeSettings } from './encodeContext.ts';
import type { EncodedDocument } from './encodeDocument.ts';
import { encodeJob, type EncodeJob } from './encodeJob.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  tokenizer: TokenizerFiles;
  /** Of a teacher that has one of its own. */
  teacherTokenizer: TokenizerFiles | null;
  settings: EncodeSettings;
  weights: SupervisionWeights;
}

export interface WorkerRequest {
  id: number;
  job: EncodeJob;
}

export type WorkerAnswer =
  | { id: number; encoded: EncodedDocument[] }
  | {
      id: number;
      error: { name: string; message: string; code: string | null; exitCode: number | null };
    };

/** Entry point of the worker's own bundle. */
if (parentPort !== null) {
  const port = parentPort;
  const context = openContext(workerData as WorkerSetup);
  port.on('message', ({ id, job }: WorkerRequest) => {
    void answer(id, job, context).then((reply) =>
      port.postMessage(reply, 'encoded' in reply ? buffersOf(reply.encoded) : []),
    );
  });
}

async function openContext(setup: WorkerSetup): Promise<EncodeContext> {
  const { tokenizer, teacherTokenizer, settings, weights } = setup;
  const own = await guardedTokenizer(tokenizer);
  const theirs = teacherTokenizer && (await guardedTokenizer(teacherTokenizer));
  const now = (): number => performance.now();
  return encodeContext(own, { settings, weights, now, teacherTokenizer: theirs });
}

async function answer(
  id: number,
  job: EncodeJob,
  context: Promise<EncodeContext>,
): Promise<WorkerAnswer> {
  try {
    return { id, encoded: await encodeJob(job, await context) };
  } catch (cause) {
    const error = cause as Error & { code?: string; exitCode?: number };
    const { name, message, code = null, exitCode = null } = error;
    return {
      id,
      error: { name, message: code === null ? (error.stack ?? message) : message, code, exitCode },
    };
  }
}

function buffersOf(encoded: readonly EncodedDocument[]): ArrayBuffer[] {
  return encoded.flatMap(({ samples }) =>
    samples.flatMap(({ ids, kinds, glue, readings = [] }) =>
      [ids, kinds, glue, ...readings.flatMap((one) => [one.ids, one.pairs])].map(
        ({ buffer }) => buffer as ArrayBuffer,
      ),
    ),
  );
}
