import { type Config, DeepCoderError } from '@deepcoder/config';
import { z } from 'zod';
import type { EnvironmentSource } from '../data/types.ts';
import type { Sample } from '../data/sample.ts';
import { uploaded } from '../engine/uploaded.ts';
import { BadAnswer } from '../http/badAnswer.ts';
import { type HttpService, httpService } from '../http/httpService.ts';
import { scoreTokens } from '../inference/nextToken.ts';
import { decodeModel } from '../inference/players.ts';
import { openSequences } from '../inference/sequences.ts';
import type { Progress } from '../run/progress.ts';
import { vllmServer } from '../scoring/served/vllm.ts';
import type { Student } from '../student/openStudent.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { openRunStudent } from '../training/openRunStudent.ts';
import { readData } from '../training/prepareRun.ts';

export interface ParityRequest {
  /** The run's config. */
  config: Config;
  cwd: string;
  checkpoint: string;
  environments: Record<string, EnvironmentSource>;
  workers: number;
  url: string;
  /** What the server calls the model; null: the one that it serves. */
  model: string | null;
  apiKey: string | null;
  /** Held-out samples that are compared at most. */
  samples: number;
  /** Log-probabilities may differ by so many nats, or by twice what the server differs from itself. */
  tolerance: number;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

interface SampleParity {
  id: string;
  tokens: number;
  /** The first token that the server makes otherwise of the same text; null: none. */
  tokenDifference: { at: number; trained: number | null; served: number | null } | null;
  /** Largest difference of a token's log-probability, in nats, and where. */
  largest: { nats: number; at: number; text: string };
  /** Largest difference between two answers of the server. */
  noiseNats: number;
}

export interface Parity {
  model: string;
  samples: SampleParity[];
  /** What differences were held against, in nats. */
  limitNats: number;
  isSame: boolean;
}

/** Compares what a server makes of a run's held-out samples with what the run's student does. */
export async function parityOfRun(request: ParityRequest): Promise<Parity> {
  const { config, progress, url, signal } = request;
  const student = await openRunStudent(request);
  const data = await readData({ ...request, student, heldOutOnly: true });
  const chosen = data.eval.slice(0, request.samples);
  if (chosen.length === 0) {
    const why =
      'parity: nothing is held out (data.eval), so there is nothing to compare; set data.eval';
    throw new DeepCoderError('parity-empty', why, { exitCode: 2 });
  }
  const service = httpService({
    ...{ role: 'server', url: url.replace(/\/v1\/?$/, ''), apiKey: request.apiKey },
    ...{ timeoutMs: 120_000, retries: 2 },
  });
  const server = vllmServer(service, request.model);
  const { models } = await server.facts(signal);
  const model = request.model ?? models[0] ?? '';
  const own = await openOwn(config, student);
  const samples: SampleParity[] = [];
  for (const sample of chosen) {
    signal?.throwIfAborted();
    const offsets = Int32Array.from({ length: sample.ids.length - 1 }, (_, at) => at + 1);
    const ask = () => server.rows({ ids: sample.ids, offsets, k: 1, signal });
    const [first, second] = [await ask(), await ask()];
    const scores = await own(sample.ids);
    samples.push({
      ...{ id: sample.id, tokens: sample.ids.length },
      tokenDifference: await tokenDifference(service, { model, sample, student }),
      largest: await largest(scores, first.labelLogp, { sample, student }),
      noiseNats: difference(first.labelLogp, second.labelLogp).nats,
    });
    progress.advance('compare', { done: samples.length, total: chosen.length });
  }
  const noise = samples.reduce((most, { noiseNats }) => Math.max(most, noiseNats), 0);
  const limitNats = Math.max(request.tolerance, 2 * noise);
  const isSame = samples.every(
    (one) => one.tokenDifference === null && one.largest.nats <= limitNats,
  );
  return { model, samples, limitNats, isSame };
}

/** The student's own log-probability of each token but the first, in nats. */
async function openOwn(
  config: Config,
  { model, lora, parameters }: Student,
): Promise<(ids: Int32Array) => Promise<Float64Array>> {
  const { threads } = config.engine;
  const executor = await openRunExecutor({ config, threads, note: () => undefined });
  const frozen = uploaded(executor, parameters);
  const decode = decodeModel({ model, lora, state: {}, frozen });
  const own = { decode, state: {}, frozen, cacheKey: JSON.stringify([model, lora]) };
  const context = config.data.maxLength;
  const sequences = openSequences(model, { executor, context, together: 1 });
  const sequence = sequences.create();
  return async (ids) => {
    sequences.truncate(sequence, 0);
    const scores = new Float64Array(ids.length - 1);
    for (let from = 0; from < ids.length; from += sequences.longestChunk) {
      const chunk = [...ids.subarray(from, from + sequences.longestChunk)];
      const logits = await sequences.feedAll(own, sequence, chunk);
      for (let at = from; at < from + chunk.length && at + 1 < ids.length; at++) {
        const row = (at - from) * model.vocabSize;
        const after = logits.subarray(row, row + model.vocabSize);
        scores[at] = scoreTokens(after, ids[at + 1]!, 0).token.logprob;
      }
    }
    return scores;
  };
}

const tokensJson = z.object({ tokens: z.array(z.int()) });

/** Where the server cuts the text of a sample otherwise than it was cut for training. */
async function tokenDifference(
  service: HttpService,
  { model, sample, student }: { model: string; sample: Sample; student: Student },
): Promise<SampleParity['tokenDifference']> {
  const prompt = await student.tokenizer.decode(sample.ids);
  const tokens = await service.ask({
    path: '/tokenize',
    body: { model, prompt, add_special_tokens: false },
    read: (answer) => {
      const read = tokensJson.safeParse(answer);
      if (!read.success) throw new BadAnswer('the answer lists no tokens');
      return read.data.tokens;
    },
  });
  const length = Math.max(tokens.length, sample.ids.length);
  for (let at = 0; at < length; at++) {
    if (tokens[at] === sample.ids[at]) continue;
    return { at, trained: sample.ids[at] ?? null, served: tokens[at] ?? null };
  }
  return null;
}

async function largest(
  own: Float64Array,
  served: Float64Array,
  { sample, student }: { sample: Sample; student: Student },
): Promise<SampleParity['largest']> {
  const { nats, at } = difference(own, served);
  return { nats, at: at + 1, text: await student.tokenizer.decode([sample.ids[at + 1]!]) };
}

function difference(a: Float64Array, b: Float64Array): { nats: number; at: number } {
  let worst = { nats: 0, at: 0 };
  for (let at = 0; at < a.length; at++) {
    const nats = Math.abs(a[at]! - b[at]!);
    if (!(nats <= worst.nats)) worst = { nats, at };
  }
  return worst;
}
