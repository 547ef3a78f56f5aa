import { z } from 'zod';
import type { StudentServer } from './studentServers.ts';

export interface StudentMessage {
  role: 'user' | 'assistant';
  content: string;
  reasoning: string;
}

export interface StudentDelta {
  content: string;
  reasoning: string;
}

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            tool_calls: z
              .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
              .nullish(),
          })
          .optional(),
        text: z.string().optional(),
      }),
    )
    .optional(),
  error: z.object({ message: z.string() }).optional(),
});

interface AskOptions {
  temperature: number;
  signal: AbortSignal;
}

/** Most tokens of an answer, so that a student that never ends its turn ends. */
const MOST_TOKENS = 512;

/** What a student goes on to say, as it comes; one without a chat template goes on with the last message's text. */
export async function* askStudent(
  { url, model, answersChats }: StudentServer,
  messages: readonly StudentMessage[],
  { temperature, signal }: AskOptions,
): AsyncGenerator<StudentDelta> {
  const asked = answersChats
    ? { messages: messages.map(requestMessage) }
    : { prompt: messages.at(-1)?.content ?? '' };
  const route = answersChats ? 'chat/completions' : 'completions';
  const answer = await fetch(`${url}/v1/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...asked, temperature, max_tokens: MOST_TOKENS, stream: true }),
    signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(whyNot(await answer.text()));
  for await (const data of events(answer.body)) {
    const { choices = [], error } = chunkSchema.parse(JSON.parse(data));
    if (error !== undefined) throw new Error(error.message);
    for (const { delta, text } of choices) {
      const calls = (delta?.tool_calls ?? []).map(
        ({ function: { name, arguments: args } }) => `${name}(${args})`,
      );
      const content = [delta?.content ?? text ?? '', ...calls].join('');
      yield { content, reasoning: delta?.reasoning_content ?? '' };
    }
  }
}

function requestMessage({ role, content, reasoning }: StudentMessage) {
  return { role, content, ...(reasoning !== '' && { reasoning_content: reasoning }) };
}

function whyNot(body: string): string {
  try {
    return chunkSchema.parse(JSON.parse(body)).error?.message ?? body;
  } catch {
    return body;
  }
}

/** The data of server-sent events, up to that which says that it is done. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const bytes of body) {
    waiting += decoder.decode(bytes, { stream: true });
    const whole = waiting.split('\n\n');
    waiting = whole.pop() ?? '';
    for (const event of whole) {
      const data = event.replace(/^data: /, '');
      if (data === '[DONE]') return;
      yield data;
    }
  }
}
