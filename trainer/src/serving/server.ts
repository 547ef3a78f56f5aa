import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { DeepCoderError } from '@deepcoder/config';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { adminRoutes } from './adminRoutes.ts';
import { ApiError, badRequest, errorBody } from './apiError.ts';
import { answerChat } from './chatRoute.ts';
import { answerCompletion, type AnswerContext } from './completionRoute.ts';
import { eventStream } from './eventStream.ts';
import { GrammarFailure } from './grammar/openGrammars.ts';
import type { Recorder } from './recorder.ts';
import { chatJson, completionJson, readBody } from './requestSchemas.ts';
import type { ServedModel } from './servedModel.ts';
import type { ServingLog } from './servingLog.ts';
import type { ServingMetrics } from './servingMetrics.ts';

export interface ServerOptions {
  served: ServedModel;
  metrics: ServingMetrics;
  host: string;
  port: number;
  /** What requests have to bring; null: nothing. */
  apiKey: string | null;
  /** Bytes of a request's body. */
  maxBody: number;
  /** Requests that may wait; more are refused with 429. */
  maxQueue: number;
  /** Longer than this no request takes. */
  timeoutS: number;
  version: string;
  recorder: Recorder | null;
  log: Pick<ServingLog, 'onAnswered'> | null;
  now: () => number;
  /** Told of what goes wrong inside, once each. */
  onFailure: (error: unknown) => void;
}

export interface RunningServer {
  url: string;
  /** Takes no more requests and waits until those that are under way have ended, at most so long. */
  drain: (withinMs: number) => Promise<void>;
}

/** Serves a model over HTTP in the forms of OpenAI's API, and of vLLM's where that goes further. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, maxBody } = options;
  const app = fastify({ bodyLimit: maxBody, forceCloseConnections: 'idle', logger: false });
  const state = { isDraining: false, active: new Set<Promise<unknown>>() };
  guard(app, options);
  app.setErrorHandler((error, _, reply) => answerError(error, { reply, options }));
  app.setNotFoundHandler((request, reply) => {
    const why = `${request.method} ${request.url.split('?')[0] ?? ''} is not known here`;
    return reply.code(404).send(errorBody(new ApiError(404, 'not_found', why)));
  });
  adminRoutes(app, { ...options, isReady: () => !state.isDraining });
  const answering = tracked(options, state);
  app.post('/v1/completions', (request, reply) =>
    answering(request, reply, (context) =>
      answerCompletion(readBody(completionJson, request.body), context),
    ),
  );
  app.post('/v1/chat/completions', (request, reply) =>
    answering(request, reply, (context) => answerChat(readBody(chatJson, request.body), context)),
  );
  await listen(app, { host, port });
  const { port: own } = app.server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${own}`,
    drain: async (withinMs) => {
      state.isDraining = true;
      await within(Promise.allSettled(state.active), withinMs);
      // What was written last is still on its way to the clients.
      await within(app.close(), LAST_WORDS_MS);
      app.server.closeAllConnections();
    },
  };
}

const LAST_WORDS_MS = 1000;

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const late = setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  await Promise.race([work, late]);
  controller.abort();
}

async function listen(app: FastifyInstance, place: { host: string; port: number }): Promise<void> {
  try {
    await app.listen(place);
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? String(cause);
    const cure =
      code === 'EADDRINUSE'
        ? 'another program listens there; give another --port, or 0 for any'
        : 'give another --host or --port';
    throw new DeepCoderError('serve-address', `${place.host}:${place.port}: ${code}; ${cure}`, {
      exitCode: 2,
      cause,
    });
  }
}

const OPEN_ROUTES = new Set(['/health', '/ready']);

/** Keys, and on this machine's own address no names that a page of the web could have pointed there. */
function guard(app: FastifyInstance, { apiKey, host, metrics, log }: ServerOptions): void {
  app.addHook('onRequest', async (request) => {
    if (isLoopback(host) && !isLoopback(hostOf(request.headers.host)))
      throw new ApiError(
        403,
        'forbidden_host',
        `this server answers on this machine only, not as ${request.headers.host ?? ''}`,
      );
    if (apiKey === null || OPEN_ROUTES.has(request.url)) return;
    if (!isKey(request.headers.authorization, apiKey))
      throw new ApiError(
        401,
        'invalid_api_key',
        'the request brings no valid key: Authorization: Bearer KEY',
      );
    return Promise.resolve();
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    const route = routeOptions.url ?? 'unknown';
    metrics.onAnswered(route, status);
    log?.onAnswered({ method, route, status, ms });
    return Promise.resolve();
  });
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function hostOf(header = ''): string {
  return header.replace(/:\d+$/, '');
}

function isKey(header: string | undefined, key: string): boolean {
  const given = /^Bearer (.+)$/.exec(header ?? '')?.[1] ?? '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(key));
}

interface ServerState {
  isDraining: boolean;
  active: Set<Promise<unknown>>;
}

type Answer = (context: AnswerContext) => Promise<object | null>;

/** Runs an answer within the limits, and ends it when its client leaves. */
function tracked(
  options: ServerOptions,
  state: ServerState,
): (request: FastifyRequest, reply: FastifyReply, answer: Answer) => Promise<unknown> {
  const { served, maxQueue, timeoutS, now, recorder } = options;
  return async (request, reply, answer) => {
    if (state.isDraining)
      throw new ApiError(503, 'draining', 'the server is shutting down', { retryAfterS: 5 });
    const { waiting } = served.scheduler.state();
    if (waiting >= maxQueue)
      throw new ApiError(429, 'queue_full', `${waiting} requests are waiting; come back later`, {
        retryAfterS: 1,
      });
    const left = new AbortController();
    reply.raw.on('close', () => left.abort());
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(timeoutS * 1000)]);
    const nowS = Math.floor(now() / 1000);
    const recording = recorder?.begin(request) ?? null;
    const stream = () => {
      const events = eventStream(reply);
      if (recording === null) return events;
      return { ...events, send: (value: unknown) => (recording.add(value), events.send(value)) };
    };
    const work = answer({ served, signal, nowS, stream });
    state.active.add(work);
    try {
      const body = await work;
      recording?.end(body);
      // A stream has been answered already.
      return body ?? undefined;
    } catch (error) {
      if (!reply.raw.headersSent) throw error;
      endStream(reply, toApiError(error, options));
      return undefined;
    } finally {
      state.active.delete(work);
    }
  };
}

/** A stream that has begun can only be told of an error in its own form. */
function endStream(reply: FastifyReply, error: ApiError): void {
  if (!reply.raw.destroyed) reply.raw.end(`data: ${JSON.stringify(errorBody(error))}\n\n`);
}

function answerError(
  error: unknown,
  { reply, options }: { reply: FastifyReply; options: ServerOptions },
): FastifyReply {
  const known = toApiError(error, options);
  const { retryAfterS } = known.more;
  if (retryAfterS !== undefined) void reply.header('retry-after', retryAfterS);
  if (known.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(known.status).send(errorBody(known));
}

function toApiError(error: unknown, { onFailure }: Pick<ServerOptions, 'onFailure'>): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof GrammarFailure)
    return badRequest('response_format or tool_choice', error.message);
  if (error instanceof DeepCoderError) return new ApiError(400, error.code, error.message);
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  // What the framework refuses: a body that is too large, or no JSON.
  if (statusCode !== undefined && statusCode < 500)
    return new ApiError(statusCode, 'invalid_request', message ?? 'the request cannot be read');
  onFailure(error);
  return new ApiError(500, 'internal_error', 'the server failed; its log says why');
}
