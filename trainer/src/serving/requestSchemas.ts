import { z } from 'zod';
import { ApiError } from './apiError.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const texts = z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]);

/** The most likeliest tokens that are told for a token. */
const MOST_LOGPROBS = 256;
/** The most prompts of one request, which counts as one where requests wait. */
const MOST_PROMPTS = 256;
/** The most answers to one prompt. */
const MOST_CHOICES = 64;

const sampling = {
  model: z.string().nullish(),
  temperature: z.number().min(0).max(100).nullish(),
  top_p: share.gt(0).nullish(),
  // -1 is how vLLM says all.
  top_k: z.int().min(-1).nullish(),
  min_p: share.nullish(),
  repetition_penalty: z.number().gt(0).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string().regex(/^\d+$/), z.number().min(-100).max(100)).nullish(),
  n: z.int().min(1).max(MOST_CHOICES).nullish(),
  seed: z.int().nullish(),
  stop: texts.nullish(),
  stop_token_ids: z.array(count).nullish(),
  ignore_eos: z.boolean().nullish(),
  max_tokens: count.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
};

const ids = z.array(count).min(1);

export const completionJson = z.object({
  ...sampling,
  prompt: z.union([
    z.string(),
    ids,
    z.array(z.string()).min(1).max(MOST_PROMPTS),
    z.array(ids).min(1).max(MOST_PROMPTS),
  ]),
  echo: z.boolean().nullish(),
  logprobs: count.max(MOST_LOGPROBS).nullish(),
  prompt_logprobs: count.max(MOST_LOGPROBS).nullish(),
  return_token_ids: z.boolean().nullish(),
});

export type CompletionRequest = z.infer<typeof completionJson>;
export type SamplingRequest = Omit<CompletionRequest, 'prompt' | 'echo' | 'logprobs'>;

const part = z.union([
  z.string(),
  z.object({ type: z.enum(['text', 'refusal']), text: z.string() }),
]);
const content = z.union([z.string(), z.array(part)]).nullish();
const callJson = z.object({
  id: z.string().default(''),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string().min(1), arguments: z.string().default('{}') }),
});
const messageJson = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  tool_calls: z.array(callJson).nullish(),
  tool_call_id: z.string().nullish(),
});
const toolJson = z.object({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1), parameters: z.unknown().optional() }),
});
const toolChoiceJson = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
]);
const formatJson = z.union([
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({ schema: z.unknown().optional() }),
  }),
]);

export const chatJson = z.object({
  ...sampling,
  messages: z.array(messageJson).min(1),
  max_completion_tokens: count.nullish(),
  tools: z.array(toolJson).max(256).nullish(),
  tool_choice: toolChoiceJson.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: formatJson.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: count.max(20).nullish(),
  return_token_ids: z.boolean().nullish(),
  chat_template_kwargs: z.object({ enable_thinking: z.boolean().nullish() }).nullish(),
});

export type ChatRequest = z.infer<typeof chatJson>;

/** The body of a request; refused with where it is wrong. */
export function readBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const param = issue?.path.join('.') ?? '';
  const why = param === '' ? (issue?.message ?? '') : `${param}: ${issue?.message ?? ''}`;
  throw new ApiError(400, 'invalid_request', why, { param });
}
