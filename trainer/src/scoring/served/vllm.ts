import { z } from 'zod';
import { BadAnswer } from '../../http/badAnswer.ts';
import { type HttpService, Refused } from '../../http/httpService.ts';
import { checked, readModels } from './readModels.ts';
import type { RowsRequest, ScoreServer, ServerFacts, ServerRows } from './scoreServer.ts';
import { topRows, type TopTokens } from './topRows.ts';

/**
 * vLLM's `/v1/completions` with `prompt_logprobs`: one entry a prompt token, null for the first, else an
 * object from token id to log-probability and rank, with the token that stands there and the top k. Written
 * against 0.32.
 */
export function vllmServer(service: HttpService, named: string | null): ScoreServer {
  // Each request names the model; without a name in the config it is whichever is served.
  let model = named;
  const ask = <T>(request: RowsRequest, read: (entries: readonly Entry[]) => T): Promise<T> =>
    service.ask({
      path: '/v1/completions',
      body: scoreBody(request, model),
      read: (answer) => read(promptEntries(answer, request.ids)),
      signal: request.signal,
    });
  return {
    topKOption: '--max-logprobs',
    facts: async (signal) => {
      const found = await facts(service, signal);
      model ??= found.models[0] ?? null;
      return found;
    },
    rows: (request) => ask(request, (entries) => readRows(entries, request)),
    texts: (request) => ask(request, readTexts),
  };
}

function scoreBody({ ids, k }: RowsRequest, model: string | null): object {
  return {
    model,
    prompt: Array.from(ids),
    // It wants to generate something; what it says is not used.
    max_tokens: 1,
    temperature: 1,
    prompt_logprobs: k,
    return_token_ids: true,
    stream: false,
  };
}

interface Scored {
  logprob: number;
  rank: number | null;
  decoded_token?: string | null;
}
type Entry = Readonly<Record<string, Scored>> | null;

const answerJson = z.object({
  choices: z
    .array(
      z.object({
        index: z.int(),
        // Large: each entry is checked where it is read.
        prompt_logprobs: z.array(z.unknown()),
        prompt_token_ids: z.array(z.int()).nullish(),
      }),
    )
    .length(1),
});

function promptEntries(answer: unknown, ids: Int32Array): readonly Entry[] {
  const { choices } = checked(answerJson, answer);
  const { prompt_logprobs: entries, prompt_token_ids: echoed } = choices[0] ?? {
    prompt_logprobs: [],
  };
  if (entries.length !== ids.length) {
    throw new BadAnswer(
      `the answer has scores of ${entries.length} tokens, but ${ids.length} were sent`,
    );
  }
  const other = echoed == null ? -1 : ids.findIndex((id, at) => echoed[at] !== id);
  if (other !== -1) {
    throw new BadAnswer(
      `token ${other} was sent as ${ids[other] ?? -1}, but the answer has ${echoed?.[other] ?? 'nothing'} there`,
    );
  }
  return entries as readonly Entry[];
}

function readRows(entries: readonly Entry[], { ids, offsets, k }: RowsRequest): ServerRows {
  refuseOtherTokens(entries, ids);
  return topRows({ ids, offsets, k }, (offset) => {
    const id = ids[offset] ?? -1;
    const entry = entries[offset] ?? {};
    const top = topTokens(entry, { id, k });
    return { label: entry[String(id)]?.logprob ?? null, top };
  });
}

/** Every row has the token that stands there among its entries, so rows about other tokens show. */
function refuseOtherTokens(entries: readonly Entry[], ids: Int32Array): void {
  for (let at = 1; at < ids.length; at++) {
    const id = String(ids[at]);
    const entry: unknown = entries[at];
    if (typeof entry === 'object' && entry !== null && Object.hasOwn(entry, id)) continue;
    throw new BadAnswer(`the scores of token ${at} are not about id ${id}, which was sent`);
  }
}

/**
 * The k best, with ranks 1 to k; where the token that stands there is not one of them, it comes beside them
 * with its own rank.
 */
function topTokens(
  entry: Readonly<Record<string, Scored>>,
  { id: label, k }: { id: number; k: number },
): TopTokens {
  const all = Object.entries(entry).map(([id, { logprob, rank }]) => ({
    id: Number(id),
    logprob: typeof logprob === 'number' ? logprob : Number.NaN,
    rank: rank ?? Infinity,
  }));
  const top = all.length === k + 1 ? all.filter(({ id }) => id !== label) : all;
  top.sort((a, b) => a.rank - b.rank);
  const gap = top.findIndex(({ rank }, at) => rank !== at + 1);
  if (gap !== -1) {
    throw new BadAnswer(`the scores of a token with id ${label} have no rank ${gap + 1}`);
  }
  return { ids: top.map(({ id }) => id), logps: top.map(({ logprob }) => logprob) };
}

function readTexts(entries: readonly Entry[]): Map<number, string> {
  const texts = new Map<number, string>();
  for (const entry of entries) {
    for (const [id, { decoded_token: text }] of Object.entries(entry ?? {})) {
      if (text != null) texts.set(Number(id), text);
    }
  }
  return texts;
}

const versionJson = z.object({ version: z.string() });

async function facts(service: HttpService, signal?: AbortSignal): Promise<ServerFacts> {
  const { models, contextLength } = await readModels(service, signal);
  const { version } = await service.ask({
    path: '/version',
    read: (answer) => checked(versionJson, answer),
    signal,
  });
  const speculative = await draftsTokens(service, signal);
  return { models, contextLength, version, weightVersion: null, speculative };
}

/** Its counters of drafts are there only where it drafts; a server may keep its metrics to itself. */
async function draftsTokens(service: HttpService, signal?: AbortSignal): Promise<string | null> {
  try {
    const read = (text: unknown): boolean => String(text).includes('vllm:spec_decode_num_drafts');
    const drafts = await service.ask({ path: '/metrics', format: 'text', read, signal });
    return drafts ? 'speculative decoding' : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
