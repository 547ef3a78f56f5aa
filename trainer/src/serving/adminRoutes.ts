import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from './apiError.ts';
import { chatPrompt } from './chatPrompt.ts';
import { promptRequest } from './chatRoute.ts';
import { variantOf } from './generateText.ts';
import { chatJson, readBody } from './requestSchemas.ts';
import type { ServedModel } from './servedModel.ts';
import type { ServingMetrics } from './servingMetrics.ts';

export interface AdminContext {
  served: ServedModel;
  metrics: ServingMetrics;
  version: string;
  isReady: () => boolean;
  now: () => number;
}

const tokenizeJson = z.union([
  z.object({
    model: z.string().nullish(),
    prompt: z.string(),
    add_special_tokens: z.boolean().nullish(),
    return_token_strs: z.boolean().nullish(),
  }),
  chatJson.extend({ return_token_strs: z.boolean().nullish() }),
]);
const detokenizeJson = z.object({
  model: z.string().nullish(),
  tokens: z.array(z.int().min(0)),
});
const loadJson = z.object({ lora_name: z.string().min(1).max(200), lora_path: z.string().min(1) });
const unloadJson = z.object({ lora_name: z.string() });

/** All routes that generate nothing: what is served, tokens, adapters, and how the server is. */
export function adminRoutes(app: FastifyInstance, context: AdminContext): void {
  const { served, metrics, version, isReady, now } = context;
  const created = Math.floor(now() / 1000);
  const { tokenizer } = served;
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', (_, reply) =>
    isReady() ? { status: 'ready' } : reply.code(503).send({ status: 'draining' }),
  );
  app.get('/version', () => ({ version }));
  app.get('/metrics', async (_, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  );
  app.get('/v1/models', () => ({
    object: 'list',
    data: [...served.variants].map(([id, { root, isAdapter }]) => ({
      ...{ id, object: 'model', created, owned_by: 'deepcoder', root },
      ...{ parent: isAdapter ? served.name : null, max_model_len: served.context },
    })),
  }));
  app.get<{ Params: { '*': string } }>('/v1/models/*', ({ params }) => {
    const id = variantOf(served, params['*']);
    return { id, object: 'model', created, owned_by: 'deepcoder', max_model_len: served.context };
  });
  app.post('/tokenize', async ({ body }) => {
    const request = readBody(tokenizeJson, body);
    const tokens = await tokensOf(served, request);
    const strings =
      request.return_token_strs === true ? tokens.map((id) => tokenizer.tokenOf(id)) : null;
    return { count: tokens.length, max_model_len: served.context, tokens, token_strs: strings };
  });
  app.post('/detokenize', async ({ body }) => ({
    prompt: await tokenizer.decode(readBody(detokenizeJson, body).tokens),
  }));
  app.post('/v1/load_lora_adapter', async ({ body }) => {
    const { lora_name: name, lora_path: place } = readBody(loadJson, body);
    await served.loadAdapter(name, place);
    return `Success: LoRA adapter '${name}' added successfully.`;
  });
  app.post('/v1/unload_lora_adapter', ({ body }) => {
    const { lora_name: name } = readBody(unloadJson, body);
    served.unloadAdapter(name);
    return `Success: LoRA adapter '${name}' removed successfully.`;
  });
}

/** The ids that a prompt or a chat has, as the routes that generate would have them. */
async function tokensOf(
  served: ServedModel,
  request: z.infer<typeof tokenizeJson>,
): Promise<number[]> {
  const { tokenizer, template } = served;
  if ('prompt' in request) {
    const { ids } = await tokenizer.encode(request.prompt);
    return [...(request.add_special_tokens === false ? [] : tokenizer.prefixIds), ...ids];
  }
  if (template === null)
    throw new ApiError(400, 'invalid_request', `messages: ${served.name} has no chat template`);
  const { text } = chatPrompt(template, promptRequest(request));
  return Array.from((await tokenizer.encode(text)).ids);
}
