import { randomUUID } from 'node:crypto';
import { badRequest } from './apiError.ts';
import { chatPrompt, type ChatPrompt, type RequestMessage } from './chatPrompt.ts';
import { chatReader, type ChatReader, type ReadCall } from './chatReader.ts';
import { type AnswerContext, tokenTexts } from './completionRoute.ts';
import { generateText, roomFor, type TextEnd, variantOf } from './generateText.ts';
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
  refuseUnsupported(request);
  const prompt = promptOf(served, request);
  const { ids } = await served.tokenizer.encode(prompt.text);
  const asked = request.max_completion_tokens ?? request.max_tokens ?? null;
  const job: ChatJob = {
    ...{ request, prompt, ids: Array.from(ids) },
    maxTokens: roomFor(served, { prompt: Array.from(ids), asked }),
    head: { id: `chatcmpl-${randomUUID()}`, created: nowS, model },
  };
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
  ids: number[];
  maxTokens: number;
  head: { id: string; created: number; model: string };
}

function refuseUnsupported({
  tool_choice: choice,
  tools,
  response_format: format,
}: ChatRequest): void {
  const isGiven = choice != null && choice !== 'none';
  if (isGiven && choice !== 'auto')
    throw badRequest('tool_choice', 'what the model calls cannot be forced here; use auto or none');
  if (format != null && format.type !== 'text')
    throw badRequest(
      'response_format',
      `${format.type} needs decoding under a grammar, which this server has not; ask for JSON in the prompt`,
    );
  if (isGiven && (tools ?? []).length === 0)
    throw badRequest('tool_choice', 'is given without tools');
}

function promptOf(served: ServedModel, request: ChatRequest): ChatPrompt {
  if (served.template === null)
    throw badRequest(
      'messages',
      `${served.name} has no chat template: its tokenizer brings none; send text to /v1/completions`,
    );
  return chatPrompt(served.template, {
    messages: request.messages.map(requestMessage),
    tools: usesTools(request) ? (request.tools ?? []) : [],
    thinks: request.chat_template_kwargs?.enable_thinking ?? null,
  });
}

export function usesTools({ tools, tool_choice: choice }: ChatRequest): boolean {
  return (tools ?? []).length > 0 && choice !== 'none';
}

export function requestMessage(message: ChatRequest['messages'][number]): RequestMessage {
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

/** Generates one answer and passes each delta through its reader. */
async function generated(
  { request, ids: prompt, maxTokens }: ChatJob,
  index: number,
  {
    served,
    signal,
    onText,
  }: Pick<AnswerContext, 'served' | 'signal'> & {
    onText: (text: string, scores: (TokenScores | null)[]) => void | Promise<void>;
  },
): Promise<Generated> {
  const ids: number[] = [];
  const all: (TokenScores | null)[] = [];
  const logprobs = request.logprobs === true ? (request.top_logprobs ?? 0) : null;
  const end = await generateText(
    served,
    {
      ...{ prompt, sampling: request, maxTokens, index, logprobs, promptLogprobs: null, signal },
      keepsSpecial: true,
    },
    async ({ text, ids: own, scores }) => {
      for (const id of own) ids.push(id);
      for (const one of scores) all.push(one);
      await onText(text, scores);
    },
  );
  return { end, ids, scores: all };
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
