import { z } from 'zod';
import { BadAnswer } from '../../http/badAnswer.ts';
import { type HttpService, Refused } from '../../http/httpService.ts';
import { checked, readModels } from './readModels.ts';
import type { RowsRequest, ScoreServer, ServerFacts, ServerRows } from './scoreServer.ts';
import { topRows, type TopTokens } from './topRows.ts';

/**
 * SGLang's own `/generate`, which takes token ids and answers about them. Entry i of its lists is about
 * token `logprob_start_len` + i, and entry 0 is always null, so scores are asked for from one token earlier.
 * Written against 0.5.23.
 */
export function sglangServer(service: HttpService): ScoreServer {
  return {
    topKOption: null,
    facts: (signal) => facts(service, signal),
    rows: (request) =>
      service.ask({
        path: '/generate',
        body: { ...scoreBody(request), ...FLAT },
        read: (answer) => readRows(answer, request),
        signal: request.signal,
      }),
    texts: (request) =>
      service.ask({
        path: '/generate',
        body: { ...scoreBody(request), return_text_in_logprobs: true },
        read: readTexts,
        signal: request.signal,
      }),
  };
}

/** An older server ignores these and answers nested lists. */
const FLAT = { return_flat_raw_top_logprobs: true, return_flat_raw_top_logprobs_b64: true };

function scoreBody({ ids, offsets, k }: RowsRequest): object {
  return {
    input_ids: Array.from(ids),
    sampling_params: { max_new_tokens: 0, temperature: 1 },
    return_logprob: true,
    logprob_start_len: startOf(offsets),
    top_logprobs_num: k,
    stream: false,
  };
}

function startOf(offsets: Int32Array): number {
  return (offsets[0] ?? 1) - 1;
}

const entry = z.tuple([z.number().nullable(), z.int(), z.string().nullish()]);

const metaJson = z.object({
  prompt_tokens: z.int(),
  // Large: each entry is checked where it is read.
  input_token_logprobs: z.array(z.unknown()),
  input_top_logprobs: z.array(z.array(entry).nullable()).optional(),
  input_top_logprobs_null_prefix: z.int().optional(),
  input_top_logprobs_val_flat: z.array(z.number()).optional(),
  input_top_logprobs_idx_flat: z.array(z.int()).optional(),
  input_top_logprobs_val_flat_b64: z.string().optional(),
  input_top_logprobs_idx_flat_b64: z.string().optional(),
  input_top_logprobs_b64_dtype: z.array(z.string()).or(z.string()).optional(),
});
type Meta = z.infer<typeof metaJson>;

const answerJson = z.object({ meta_info: metaJson });

function readRows(answer: unknown, { ids, offsets, k }: RowsRequest): ServerRows {
  const meta = metaOf(answer);
  const start = startOf(offsets);
  if (meta.prompt_tokens !== ids.length) {
    throw new BadAnswer(
      `the answer is about ${meta.prompt_tokens} tokens, but ${ids.length} were sent`,
    );
  }
  const labels = meta.input_token_logprobs;
  if (labels.length !== ids.length - start) {
    throw new BadAnswer(
      `the answer has scores of ${labels.length} tokens, but ${ids.length - start} were asked for`,
    );
  }
  const other = labels.findIndex((label, at) => idOf(label) !== ids[start + at]);
  if (other !== -1) {
    throw new BadAnswer(
      `token ${start + other} was sent as ${ids[start + other] ?? 'nothing'}, but the answer has ${JSON.stringify(labels[other])} there`,
    );
  }
  const top = topTokens(meta, { covered: labels.length, k });
  return topRows({ ids, offsets, k }, (offset) => ({
    label: logpOf(labels[offset - start]),
    top: top(offset - start),
  }));
}

/** Of an entry `[logprob, id, text]`. */
function idOf(label: unknown): unknown {
  return Array.isArray(label) ? label[1] : undefined;
}

function logpOf(label: unknown): number | null {
  const logp: unknown = Array.isArray(label) ? label[0] : undefined;
  return typeof logp === 'number' ? logp : null;
}

/** One answer, also where a server answers a list of one. */
function metaOf(answer: unknown): Meta {
  const one: unknown = Array.isArray(answer) && answer.length === 1 ? answer[0] : answer;
  return checked(answerJson, one).meta_info;
}

/** The top tokens of each covered position, whichever way the server wrote them. */
function topTokens(
  meta: Meta,
  { covered, k }: { covered: number; k: number },
): (at: number) => TopTokens {
  const flat = flatTokens(meta);
  if (flat !== null) {
    // Versions disagree whether `input_top_logprobs_shape` counts the null rows; the values tell.
    const skipped = meta.input_top_logprobs_null_prefix ?? 1;
    const { logps, ids } = flat;
    if (logps.length !== (covered - skipped) * k || ids.length !== logps.length) {
      throw new BadAnswer(
        `the answer has ${logps.length} log-probabilities and ${ids.length} ids in ${covered - skipped} rows of ${k}`,
      );
    }
    return (at) => {
      const first = (at - skipped) * k;
      return { logps: logps.subarray(first, first + k), ids: ids.subarray(first, first + k) };
    };
  }
  const rows = meta.input_top_logprobs;
  if (rows?.length !== covered) {
    throw new BadAnswer(
      `the answer has top tokens of ${rows?.length ?? 0} tokens, but ${covered} were asked for`,
    );
  }
  return (at) => {
    const row = rows[at] ?? [];
    return {
      logps: Float64Array.from(row, ([logp]) => logp ?? Number.NaN),
      ids: Int32Array.from(row, ([, id]) => id),
    };
  };
}

function flatTokens(meta: Meta): { logps: Float32Array; ids: Int32Array } | null {
  const { input_top_logprobs_val_flat: values, input_top_logprobs_idx_flat: indices } = meta;
  if (values !== undefined && indices !== undefined) {
    return { logps: Float32Array.from(values), ids: Int32Array.from(indices) };
  }
  const { input_top_logprobs_val_flat_b64: bytes, input_top_logprobs_idx_flat_b64: idBytes } = meta;
  if (bytes === undefined || idBytes === undefined) return null;
  const dtypes = JSON.stringify(meta.input_top_logprobs_b64_dtype ?? []);
  if (!dtypes.includes('float32') || !dtypes.includes('int32')) {
    throw new BadAnswer(`the answer's base64 holds ${dtypes}, not float32 and int32`);
  }
  return { logps: new Float32Array(bufferOf(bytes)), ids: new Int32Array(bufferOf(idBytes)) };
}

/** Little-endian on the wire, as on every platform that Node runs on here. */
function bufferOf(base64: string): ArrayBuffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % 4 !== 0) throw new BadAnswer('the base64 of the answer is cut short');
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

function readTexts(answer: unknown): Map<number, string> {
  const { input_token_logprobs: labels, input_top_logprobs: rows } = metaOf(answer);
  const texts = new Map<number, string>();
  for (const [, id, text] of [checked(z.array(entry), labels), ...(rows ?? [])].flatMap(
    (row) => row ?? [],
  )) {
    if (text != null) texts.set(id, text);
  }
  return texts;
}

const infoJson = z.object({
  version: z.string().nullish(),
  speculative_algorithm: z.string().nullish(),
});
const modelJson = z.object({ model_path: z.string(), weight_version: z.string().nullish() });

async function facts(service: HttpService, signal?: AbortSignal): Promise<ServerFacts> {
  const { models, contextLength } = await readModels(service, signal);
  const model = await firstOf(['/model_info', '/get_model_info'], (path) =>
    service.ask({ path, read: (answer) => checked(modelJson, answer), signal }),
  );
  const info = await firstOf(['/server_info', '/get_server_info'], (path) =>
    service.ask({ path, read: (answer) => checked(infoJson, answer), signal }),
  );
  return {
    models: [...new Set([...models, model.model_path])],
    contextLength,
    version: info.version ?? null,
    weightVersion: model.weight_version ?? null,
    speculative: info.speculative_algorithm ?? null,
  };
}

/** Newer servers have renamed these. */
async function firstOf<T>(
  [path, ...others]: readonly string[],
  ask: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await ask(path ?? '');
  } catch (error) {
    if (others.length === 0 || !(error instanceof Refused) || error.status !== 404) throw error;
    return firstOf(others, ask);
  }
}
