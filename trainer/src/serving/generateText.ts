import { random } from '../engine/random.ts';
import type { TokenChoice } from '../inference/nextToken.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { ApiError, badRequest } from './apiError.ts';
import type { Constraint } from './grammar/openGrammars.ts';
import type { SamplingRequest } from './requestSchemas.ts';
import type { Finished, TokenScores } from './scheduler.ts';
import { type ServedModel, stopIds } from './servedModel.ts';
import { textStream } from './textStream.ts';

/** What is to be generated for one prompt, as the routes say it. */
export interface TextRequest {
  prompt: readonly number[];
  sampling: SamplingRequest;
  maxTokens: number;
  /** Which of several answers to the prompt it is. */
  index: number;
  logprobs: number | null;
  promptLogprobs: number | null;
  /** Special tokens are part of the text, for whoever reads calls in it. */
  keepsSpecial: boolean;
  constraint?: Constraint | null;
  onTaken?: (id: number) => void;
  signal: AbortSignal;
}

export interface TextDelta {
  text: string;
  ids: number[];
  scores: (TokenScores | null)[];
}

export interface TextEnd extends Finished {
  /** The text that ended it, where one did. */
  stop: string | null;
}

/** Generates a text and tells of it piece by piece. */
export async function generateText(
  served: ServedModel,
  request: TextRequest,
  onDelta: (delta: TextDelta) => void | Promise<void>,
): Promise<TextEnd> {
  const { sampling, signal } = request;
  const { tokenizer } = served;
  const stops = typeof sampling.stop === 'string' ? [sampling.stop] : (sampling.stop ?? []);
  const ends = new Set([
    ...(sampling.ignore_eos === true ? [] : stopIds(served)),
    ...(sampling.stop_token_ids ?? []),
  ]);
  const special = request.keepsSpecial ? new Set<number>() : specialIds(tokenizer);
  const stream = textStream(tokenizer, {
    stops,
    isHidden: (id) => ends.has(id) || special.has(id),
  });
  const ended: { stop: string | null } = { stop: null };
  // A client that reads slowly holds up nobody: what it has not taken yet waits, as much as its answer is long.
  let told: Promise<unknown> = Promise.resolve();
  const tell = (delta: TextDelta): void => {
    told = told.then(() => onDelta(delta));
    told.catch(() => undefined);
  };
  const finished = await served.scheduler.run({
    model: variantOf(served, sampling.model),
    prompt: request.prompt,
    maxTokens: request.maxTokens,
    choice: choiceOf(sampling),
    uniform: uniformOf(sampling, request.index),
    stopIds: ends,
    logprobs: request.logprobs,
    promptLogprobs: request.promptLogprobs,
    constraint: request.constraint ?? null,
    onToken: async ({ id, scores }) => {
      request.onTaken?.(id);
      const pushed = await stream.push(id);
      ended.stop = pushed.stop;
      tell({ text: pushed.text, ids: [id], scores: [scores] });
      return ended.stop !== null;
    },
    signal,
  });
  if (finished.reason === 'cancelled') throw cancelled(signal);
  const rest = ended.stop === null ? await stream.end() : '';
  if (rest !== '') tell({ text: rest, ids: [], scores: [] });
  await told;
  return { ...finished, ...ended };
}

/** Where a request took too long; a client that left hears nothing. */
function cancelled(signal: AbortSignal): ApiError {
  const isTimeout = (signal.reason as Error | undefined)?.name === 'TimeoutError';
  return isTimeout
    ? new ApiError(504, 'timeout', 'the request took longer than this server allows')
    : new ApiError(499, 'cancelled', 'the client has left');
}

/** The name of the variant that a request means; without one, the model itself. */
export function variantOf(
  { name, variants }: ServedModel,
  asked: string | null | undefined,
): string {
  const wanted = asked ?? name;
  if (variants.has(wanted)) return wanted;
  const there = [...variants.keys()].join(', ');
  throw new ApiError(404, 'model_not_found', `model: ${wanted} is not served here; ${there} is`, {
    param: 'model',
  });
}

/** Refuses prompts that do not fit, and gives how many tokens may come. */
export function roomFor(
  { context, config }: ServedModel,
  { prompt, asked }: { prompt: readonly number[]; asked: number | null },
): number {
  if (prompt.length === 0) throw badRequest('prompt', 'has no tokens');
  const other = prompt.find((id) => id >= config.vocabSize);
  if (other !== undefined)
    throw badRequest('prompt', `token ${other} is not in the vocabulary of ${config.vocabSize}`);
  const room = context - prompt.length;
  if (room < 1 || (asked ?? 0) > room)
    throw new ApiError(
      400,
      'context_length_exceeded',
      `the prompt has ${prompt.length} tokens and ${asked ?? 'at least 1'} are to come, but this server takes ${context} together`,
      { param: 'max_tokens' },
    );
  return Math.min(room, asked ?? room);
}

function choiceOf(sampling: SamplingRequest): TokenChoice {
  const bias = Object.entries(sampling.logit_bias ?? {});
  return {
    temperature: sampling.temperature ?? 1,
    topK: Math.max(0, sampling.top_k ?? 0),
    topP: sampling.top_p ?? 1,
    minP: sampling.min_p ?? 0,
    repetitionPenalty: sampling.repetition_penalty ?? 1,
    presencePenalty: sampling.presence_penalty ?? 0,
    frequencyPenalty: sampling.frequency_penalty ?? 0,
    bias: new Map(bias.map(([id, value]) => [Number(id), value])),
  };
}

let unseeded = 0;

/** Numbers that follow from the seed and the answer's index alone, whatever runs beside. */
function uniformOf({ seed }: SamplingRequest, index: number): () => number {
  if (seed != null) return random(seed, index);
  return random(Date.now(), unseeded++, index);
}

function specialIds({ special, idOf }: Tokenizer): Set<number> {
  return new Set(special.all.flatMap((token) => idOf(token) ?? []));
}
