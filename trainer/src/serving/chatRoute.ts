import { randomUUID } from 'node:crypto';
import type { ChatTemplate } from '../data/render/chatTemplate.ts';
import { type AnswerStep, type AnswerSteps, answerSteps } from './answerSteps.ts';
import { badRequest } from './apiError.ts';
import {
  chatPrompt,
  type ChatPrompt,
  type PromptRequest,
  type RequestMessage,
} from './chatPrompt.ts';
import { chatReader, type ChatReader, type ReadCall } from './chatReader.ts';
import { type AnswerContext, tokenTexts } from './completionRoute.ts';
import { generateText, roomFor, type TextDelta, type TextEnd, variantOf } from './generateText.ts';
import type { Constraint } from './grammar/openGrammars.ts';
import type { ChatRequest } from './requestSchemas.ts';
import type { TokenScores } from './scheduler.ts';
import type { ServedModel } from './servedModel.ts';
import { usageOf } from './usage.ts';

/** `/v1/chat/completions`. */
export async function answerChat(
  request: ChatRequest,
  context: AnswerContext,
): Promise<object | null> {
  const { served, nowS, stream } = context;
  const model = variantOf(served, request.model);
  const asked = promptRequest(request);
  const template = templateOf(served);
  const prompt = chatPrompt(template, asked);
  const { tokenizer } = served;
  const steps = answerSteps(request, { template, tokenizer, prompt, asked });
  const { ids } = await served.tokenizer.encode(prompt.text);
  const most = request.max_completion_tokens ?? request.max_tokens ?? null;
  const job: ChatJob = {
    ...{ request, prompt, steps, ids: Array.from(ids) },
    maxTokens: roomFor(served, { prompt: Array.from(ids), asked: most }),
    head: { id: `chatcmpl-${randomUUID()}`, created: nowS, model },
  };
  await tryGrammar(served, steps);
  const indices = Array.from({ length: request.n ?? 1 }, (_, index) => index);
  if (request.stream !== true) {
    const made = await Promise.all(indices.map((index) => wholeChoice(job, index, context)));
    const usage = usageOf(
      [job.ids],
      made.map(({ end }) => end),
    );
    return {
      ...job.head,
      object: 'chat.completion',
      choices: made.map(({ choice }) => choice),
      usage,
    };
  }
  const events = stream();
  const send = (choices: object[], more: object = {}): Promise<void> =>
    events.send({ ...job.head, object: 'chat.completion.chunk', choices, ...more });
  const ends = await Promise.all(
    indices.map((index) => streamedChoice(job, index, { ...context, send })),
  );
  if (request.stream_options?.include_usage === true)
    await send([], { usage: usageOf([job.ids], ends) });
  events.end();
  return null;
}

interface ChatJob {
  request: ChatRequest;
  prompt: ChatPrompt;
  steps: () => AnswerSteps;
  ids: number[];
  maxTokens: number;
  head: { id: string; created: number; model: string };
}

function templateOf({ name, template }: ServedModel): ChatTemplate {
  if (template !== null) return template;
  throw badRequest(
    'messages',
    `${name} has no chat template: its tokenizer brings none; send text to /v1/completions`,
  );
}

/** What the template is given. */
export function promptRequest(
  request: Pick<ChatRequest, 'messages' | 'tools' | 'tool_choice' | 'chat_template_kwargs'>,
): PromptRequest {
  return {
    messages: request.messages.map(requestMessage),
    tools: usesTools(request) ? (request.tools ?? []) : [],
    thinks: request.chat_template_kwargs?.enable_thinking ?? null,
  };
}

function usesTools({
  tools,
  tool_choice: choice,
}: Pick<ChatRequest, 'tools' | 'tool_choice'>): boolean {
  return (tools ?? []).length > 0 && choice !== 'none';
}

function requestMessage(message: ChatRequest['messages'][number]): RequestMessage {
  const { role, content, reasoning_content, reasoning, tool_calls: calls } = message;
  const parts = Array.isArray(content)
    ? content.map((part) => (typeof part === 'string' ? part : part.text)).join('')
    : (content ?? null);
  return {
    ...{ role, content: parts, reasoning: reasoning_content ?? reasoning ?? null },
    toolCalls: (calls ?? []).map(({ id, function: { name, arguments: args } }) => ({
      ...{ id, name, arguments: args },
    })),
    toolCallId: message.tool_call_id ?? null,
  };
}

interface Generated {
  end: TextEnd;
  ids: number[];
  scores: (TokenScores | null)[];
}

/** Generates one answer, step by step, and passes each piece of its text on. */
async function generated(
  job: ChatJob,
  index: number,
  context: Pick<AnswerContext, 'served' | 'signal'> & { onText: OnText },
): Promise<Generated> {
  const { prompt, steps, maxTokens } = job;
  const ids: number[] = [];
  const scores: (TokenScores | null)[] = [];
  const all = steps();
  let [written, said] = ['', ''];
  let end: TextEnd | null = null;
  for (;;) {
    const { done, value: step } = all.next(said);
    if (done === true) break;
    if (step.given !== '') await context.onText(step.given, []);
    written += step.given;
    said = '';
    const own = await generatedStep(job, step, {
      ...{ index, ...context, text: prompt.text + written, isFirst: end === null },
      maxTokens: maxTokens - (end?.tokens ?? 0),
      onDelta: async (delta) => {
        said += delta.text;
        for (const id of delta.ids) ids.push(id);
        for (const score of delta.scores) scores.push(score);
        await context.onText(delta.text, delta.scores);
      },
    });
    end = end === null ? own : { ...own, tokens: end.tokens + own.tokens, cached: end.cached };
    const isUntil = own.stop !== null && own.stop === step.until;
    if (own.reason === 'length' || (own.stop !== null && !isUntil)) break;
    const closing = step.until ?? step.closing;
    if (closing !== '') await context.onText(closing, []);
    written += said + closing;
    if (isUntil) end = { ...end, stop: null };
  }
  return { end: end!, ids, scores };
}

type OnText = (text: string, scores: (TokenScores | null)[]) => void | Promise<void>;

async function generatedStep(
  { request, ids }: ChatJob,
  step: AnswerStep,
  {
    served,
    signal,
    index,
    text,
    isFirst,
    maxTokens,
    onDelta,
  }: Pick<AnswerContext, 'served' | 'signal'> & {
    index: number;
    text: string;
    isFirst: boolean;
    maxTokens: number;
    onDelta: (delta: TextDelta) => Promise<void>;
  },
): Promise<TextEnd> {
  const isPrompt = isFirst && step.given === '';
  const prompt = isPrompt ? ids : Array.from((await served.tokenizer.encode(text)).ids);
  // What was written for the model takes room too.
  const most = Math.min(maxTokens, served.context - prompt.length);
  if (most < 1) return { reason: 'length', tokens: 0, cached: 0, promptScores: null, stop: null };
  const constraint = await constraintOf(served, step);
  const stops = [request.stop ?? [], step.until ?? []].flat();
  try {
    return await generateText(
      served,
      {
        ...{ prompt, sampling: { ...request, stop: stops }, maxTokens: most, index, signal },
        ...{ constraint, keepsSpecial: true, promptLogprobs: null },
        logprobs: request.logprobs === true ? (request.top_logprobs ?? 0) : null,
      },
      onDelta,
    );
  } finally {
    constraint?.end();
  }
}

/** A grammar that cannot be used is told before a stream begins. */
async function tryGrammar(served: ServedModel, steps: () => AnswerSteps): Promise<void> {
  const { done, value } = steps().next();
  if (done !== true) (await constraintOf(served, value))?.end();
}

async function constraintOf(
  { name, grammars }: ServedModel,
  { grammar }: AnswerStep,
): Promise<Constraint | null> {
  if (grammar === null) return null;
  if (grammars === null)
    throw badRequest(
      'response_format or tool_choice',
      `the tokens of ${name} are whole words, which no grammar can hold to a form`,
    );
  return grammars.open(grammar);
}

function readerOf(
  { served }: Pick<AnswerContext, 'served'>,
  { prompt, request }: ChatJob,
): ChatReader {
  return chatReader({
    tags: served.template!.traits.thinkTags,
    isThinking: prompt.isThinking,
    hasTools: usesTools(request),
  });
}

async function wholeChoice(
  job: ChatJob,
  index: number,
  context: AnswerContext,
): Promise<{ choice: object; end: TextEnd }> {
  const reader = readerOf(context, job);
  let [reasoning, content] = ['', ''];
  const { end, ids, scores } = await generated(job, index, {
    ...context,
    onText: (text) => {
      const delta = reader.push(text);
      reasoning += delta.reasoning;
      content += delta.content;
    },
  });
  const last = reader.end();
  reasoning += last.reasoning;
  content += last.content;
  const calls = last.calls.map(callJson);
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? content.trimEnd() || null : content,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const choice = {
    ...{ index, message, finish_reason: finishReason(end, calls.length) },
    logprobs: job.request.logprobs === true ? await chatScores(context.served, scores) : null,
    ...(job.request.return_token_ids === true && { token_ids: ids, prompt_token_ids: job.ids }),
  };
  return { choice, end };
}

async function streamedChoice(
  job: ChatJob,
  index: number,
  context: AnswerContext & { send: (choices: object[]) => Promise<void> },
): Promise<TextEnd> {
  const { send, served } = context;
  const reader = readerOf(context, job);
  const wantsScores = job.request.logprobs === true;
  await send([
    { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
  ]);
  const tell = async (
    { reasoning, content }: { reasoning: string; content: string },
    scores: (TokenScores | null)[],
  ): Promise<void> => {
    if (reasoning === '' && content === '' && !(wantsScores && scores.length > 0)) return;
    const delta = {
      ...(content !== '' && { content }),
      ...(reasoning !== '' && { reasoning_content: reasoning }),
    };
    const logprobs = wantsScores ? await chatScores(served, scores) : null;
    await send([{ index, delta, logprobs, finish_reason: null }]);
  };
  const { end } = await generated(job, index, {
    ...context,
    onText: (text, scores) => tell(reader.push(text), scores),
  });
  const last = reader.end();
  await tell(last, []);
  for (const [at, call] of last.calls.map(callJson).entries())
    await send([
      {
        index,
        delta: { tool_calls: [{ index: at, ...call }] },
        logprobs: null,
        finish_reason: null,
      },
    ]);
  const reason = finishReason(end, last.calls.length);
  await send([{ index, delta: {}, logprobs: null, finish_reason: reason, stop_reason: end.stop }]);
  return end;
}

function callJson({ name, arguments: args }: ReadCall): object {
  const id = `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
  return { id, type: 'function', function: { name, arguments: args } };
}

function finishReason({ reason }: TextEnd, calls: number): string {
  return calls > 0 && reason === 'stop' ? 'tool_calls' : reason;
}

/** The form of OpenAI's chats. */
async function chatScores(
  { tokenizer }: ServedModel,
  scores: readonly (TokenScores | null)[],
): Promise<object> {
  const textOf = tokenTexts(tokenizer);
  const entry = async ({ id, logprob }: { id: number; logprob: number }) => {
    const token = await textOf(id);
    return { token, logprob, bytes: [...Buffer.from(token)] };
  };
  const content = scores.flatMap((one) =>
    one === null
      ? []
      : [
          (async () => ({
            ...(await entry(one.token)),
            top_logprobs: await Promise.all(one.top.map(entry)),
          }))(),
        ],
  );
  return { content: await Promise.all(content) };
}
