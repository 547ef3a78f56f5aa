import { z } from 'zod';
import { BadAnswer } from './badAnswer.ts';
import type { HttpService } from './httpService.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
  /** What the model thought before it answered, where the server tells it apart. */
  reasoning_content?: string;
}

interface ChatRequest {
  messages: readonly ChatMessage[];
  temperature: number;
  maxTokens: number;
  signal?: AbortSignal | undefined;
}

export interface ChatReply {
  message: ChatMessage;
  /** Why it ended, as the server says: `stop`, `length`, `content_filter`. */
  finishReason: string;
}

export type Chat = (request: ChatRequest) => Promise<ChatReply>;

const replyJson = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          reasoning_content: z.string().nullish(),
          // Other servers' name for the same.
          reasoning: z.string().nullish(),
        }),
      }),
    )
    .min(1),
});

/** A model behind `/chat/completions`, which all servers and services offer. */
export function chatService(service: HttpService, model: string): Chat {
  return ({ messages, temperature, maxTokens, signal }) =>
    service.ask({
      path: '/chat/completions',
      body: { model, messages, temperature, max_tokens: maxTokens, stream: false },
      read: readReply,
      signal,
    });
}

function readReply(answer: unknown): ChatReply {
  const parsed = replyJson.safeParse(answer);
  const choice = parsed.success ? parsed.data.choices[0] : undefined;
  if (choice === undefined) throw new BadAnswer('the answer is no chat completion');
  const { content, reasoning_content, reasoning } = choice.message;
  const thought = reasoning_content ?? reasoning ?? '';
  return {
    finishReason: choice.finish_reason ?? 'stop',
    message: {
      role: 'assistant',
      content: content ?? '',
      ...(thought !== '' && { reasoning_content: thought }),
    },
  };
}
