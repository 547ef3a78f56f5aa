import { randomUUID } from 'node:crypto';
import type { ServedModel } from './servedModel.ts';
import { badRequest } from './apiError.ts';
import type { EventStream } from './eventStream.ts';
import { generateText, roomFor, type TextDelta, type TextEnd, variantOf } from './generateText.ts';
import type { CompletionRequest } from './requestSchemas.ts';
import type { TokenScores } from './scheduler.ts';
import { usageOf } from './usage.ts';

export interface AnswerContext {
  served: ServedModel;
  signal: AbortSignal;
  /** Seconds since 1970. */
  nowS: number;
  /** Opens the stream of events, once the request is known to be good. */
  stream: () => EventStream;
}

const OPENAI_TOKENS = 16;

/** `/v1/completions`: texts or token ids in, one choice for each prompt and answer. */
export async function answerCompletion(
  request: CompletionRequest,
  { served, signal, nowS, stream }: AnswerContext,
): Promise<object | null> {
  const prompts = await promptIds(served, request.prompt);
  const choices = request.n ?? 1;
  const asked = request.max_tokens ?? OPENAI_TOKENS;
  const model = variantOf(served, request.model);
  const rooms = prompts.map((prompt) => roomFor(served, { prompt, asked }));
  if (request.stream === true && (request.echo === true || request.prompt_logprobs != null))
    throw badRequest('stream', 'goes with neither echo nor prompt_logprobs');
  const job: CompletionJob = {
    ...{ request, served, signal, textOf: tokenTexts(served.tokenizer) },
    head: { id: `cmpl-${randomUUID()}`, object: 'text_completion', created: nowS, model },
    events: request.stream === true ? stream() : null,
  };
  const parts = prompts.flatMap((prompt, at) =>
    Array.from({ length: choices }, (_, choice) => ({
      ...{ prompt, choice, index: at * choices + choice, maxTokens: rooms[at]! },
    })),
  );
  const { head, events } = job;
  const made = await Promise.all(parts.map((part) => answerOne(job, part)));
  const usage = usageOf(
    prompts,
    made.map(({ end }) => end),
  );
  if (events === null) return { ...head, choices: made.map(({ json }) => json), usage };
  if (request.stream_options?.include_usage === true)
    await events.send({ ...head, choices: [], usage });
  events.end();
  return null;
}

interface CompletionJob extends Pick<AnswerContext, 'served' | 'signal'> {
  request: CompletionRequest;
  head: { id: string; object: string; created: number; model: string };
  /** Where answers go as they come; null: they are given whole. */
  events: EventStream | null;
  textOf: TextOf;
}

/** One of the answers to one of the prompts. */
interface CompletionPart {
  prompt: readonly number[];
  choice: number;
  index: number;
  maxTokens: number;
}

async function answerOne(
  job: CompletionJob,
  part: CompletionPart,
): Promise<{ json: object; end: TextEnd }> {
  const { request, served, signal, events, head } = job;
  const { prompt, choice, index, maxTokens } = part;
  const answer = openAnswer();
  const inEvents = events === null ? null : toldScores(job);
  const send = async (json: object): Promise<void> =>
    events?.send({ ...head, choices: [{ index, ...json }] });
  const end = await generateText(
    served,
    {
      ...{ prompt, sampling: request, maxTokens, index: choice, signal, keepsSpecial: false },
      logprobs: request.logprobs ?? null,
      promptLogprobs:
        request.prompt_logprobs ?? (request.echo === true ? (request.logprobs ?? null) : null),
    },
    async (delta) => {
      answer.add(delta);
      const logprobs = (await inEvents?.(delta)) ?? null;
      if (delta.text === '' && logprobs === null) return;
      await send({ text: delta.text, logprobs, finish_reason: null });
    },
  );
  const ended = { finish_reason: end.reason, stop_reason: end.stop };
  await send({ text: '', logprobs: null, ...ended });
  const whole = events === null ? await wholeAnswer(job, { prompt, answer, end }) : {};
  return { json: { index, ...whole, ...ended }, end };
}

/** The scores of each delta, where they are asked for; a token's place is behind the texts of all before it. */
function toldScores({
  request,
  textOf,
}: CompletionJob): (delta: TextDelta) => Promise<object | null> {
  let offset = 0;
  return async ({ ids, scores }) => {
    if (request.logprobs == null || ids.length === 0) return null;
    const told = await listedScores(ids, scores, { textOf, offset });
    offset += told.tokens.join('').length;
    return told;
  };
}

interface Answer extends TextDelta {
  add: (delta: TextDelta) => void;
}

function openAnswer(): Answer {
  const answer: Answer = {
    ...{ text: '', ids: [], scores: [] },
    add: ({ text, ids, scores }) => {
      answer.text += text;
      for (const id of ids) answer.ids.push(id);
      for (const one of scores) answer.scores.push(one);
    },
  };
  return answer;
}

async function wholeAnswer(
  { request, served: { tokenizer }, textOf }: CompletionJob,
  { prompt, answer, end }: { prompt: readonly number[]; answer: Answer; end: TextEnd },
): Promise<object> {
  const isEcho = request.echo === true;
  const before = isEcho ? await tokenizer.decode(prompt) : '';
  const ids = [...(isEcho ? prompt : []), ...answer.ids];
  const scores = [...(isEcho ? (end.promptScores ?? []) : []), ...answer.scores];
  return {
    text: before + answer.text,
    logprobs:
      request.logprobs == null ? null : await listedScores(ids, scores, { textOf, offset: 0 }),
    ...(request.prompt_logprobs != null && {
      prompt_logprobs: await Promise.all((end.promptScores ?? []).map((one) => byId(one, textOf))),
    }),
    ...(request.return_token_ids === true && { prompt_token_ids: prompt, token_ids: answer.ids }),
  };
}

type TextOf = (id: number) => Promise<string>;

/** The text of single tokens, decoded once each. */
export function tokenTexts({ decode }: Pick<ServedModel['tokenizer'], 'decode'>): TextOf {
  const known = new Map<number, Promise<string>>();
  return (id) => {
    const text = known.get(id) ?? decode([id]);
    known.set(id, text);
    return text;
  };
}

interface ListedScores {
  tokens: string[];
  token_logprobs: (number | null)[];
  top_logprobs: (Record<string, number> | null)[];
  text_offset: number[];
}

/** The form of OpenAI's completions; `offset`: where the text of the first token begins. */
async function listedScores(
  ids: readonly number[],
  scores: readonly (TokenScores | null)[],
  { textOf, offset: first }: { textOf: TextOf; offset: number },
): Promise<ListedScores> {
  const tokens = await Promise.all(ids.map(textOf));
  let offset = first;
  const offsets = tokens.map((text) => {
    const at = offset;
    offset += text.length;
    return at;
  });
  const top = scores.map(async (one) => {
    if (one === null) return null;
    const entries = one.top.map(async ({ id, logprob }) => [await textOf(id), logprob] as const);
    return Object.fromEntries(await Promise.all(entries));
  });
  return {
    tokens,
    token_logprobs: scores.map((one) => one?.token.logprob ?? null),
    top_logprobs: await Promise.all(top),
    text_offset: offsets,
  };
}

/** The form of vLLM's `prompt_logprobs`: by id, the token that stands there and the likeliest. */
async function byId(scores: TokenScores | null, textOf: TextOf): Promise<object | null> {
  if (scores === null) return null;
  const all = [scores.token, ...scores.top];
  const entries = all.map(async ({ id, logprob, rank }) => {
    const value = { logprob: finite(logprob), rank, decoded_token: await textOf(id) };
    return [String(id), value] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** JSON has no infinity; vLLM writes this for a token that cannot come. */
function finite(logprob: number): number {
  return Math.max(logprob, -9999);
}

async function promptIds(
  { tokenizer }: ServedModel,
  prompt: CompletionRequest['prompt'],
): Promise<number[][]> {
  const encode = async (text: string): Promise<number[]> => [
    ...tokenizer.prefixIds,
    ...(await tokenizer.encode(text)).ids,
  ];
  if (typeof prompt === 'string') return [await encode(prompt)];
  if (typeof prompt[0] === 'number') return [prompt as number[]];
  return typeof prompt[0] === 'string'
    ? Promise.all((prompt as string[]).map(encode))
    : (prompt as number[][]);
}
