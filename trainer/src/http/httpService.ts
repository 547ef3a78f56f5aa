import { DeepCoderError } from '@deepcoder/config';
import { failureText, isPassing, pause } from './attempts.ts';
import { BadAnswer } from './badAnswer.ts';
import { retryAfterMs } from './retryAfter.ts';

export interface HttpServiceOptions {
  /** What it is to the user, as in `teacher`. */
  role: string;
  /** Paths are added to it. */
  url: string;
  apiKey: string | null;
  /** For one attempt, the answer's body included. */
  timeoutMs: number;
  /** Further attempts after the first. */
  retries: number;
  /** Rejects when the signal is aborted. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

interface HttpRequest<T> {
  path: string;
  /** Sent as JSON by POST; without one the request is a GET. */
  body?: unknown;
  /** Default: json, which is parsed before it is read. */
  format?: 'json' | 'text';
  /** Turns the answer into what is wanted; throws BadAnswer for what it cannot be. */
  read: (answer: unknown) => T;
  signal?: AbortSignal | undefined;
}

/** A program that answers JSON over HTTP. */
export interface HttpService {
  readonly url: string;
  /**
   * Asks until there is an answer that can be read. Dropped connections, timeouts, 408, 429 and 5xx, and
   * answers that are cut short or unreadable are tried again, after what `Retry-After` says or after a
   * pause that doubles.
   *
   * @throws DeepCoderError when the server refuses, or after the last attempt; the signal's reason when aborted
   */
  ask<T>(request: HttpRequest<T>): Promise<T>;
}

/** The status and message of a request that the server refused. */
export class Refused extends DeepCoderError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super('server-refused', message, { exitCode: 3 });
  }
}

export function httpService(options: HttpServiceOptions): HttpService {
  const { role, retries, sleep = pause } = options;
  const url = options.url.replace(/(?<!\/)\/+$/, '');
  return {
    url,
    async ask(request) {
      for (let attempt = 0; ; attempt++) {
        request.signal?.throwIfAborted();
        try {
          return await once({ ...options, url }, request);
        } catch (error) {
          request.signal?.throwIfAborted();
          if (!(error instanceof Transient)) throw error;
          if (attempt >= retries) throw givenUp({ role, url, attempts: attempt + 1 }, error);
          await sleep(error.retryAfterMs ?? pauseMs(attempt), request.signal);
        }
      }
    },
  };
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

function pauseMs(attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
}

/** What may be gone at the next attempt. */
class Transient extends Error {
  constructor(
    readonly code: string,
    message: string,
    { cause, retryAfterMs = null }: { cause?: unknown; retryAfterMs?: number | null } = {},
  ) {
    super(message, { cause });
    this.retryAfterMs = retryAfterMs;
  }
  readonly retryAfterMs: number | null;
}

async function once<T>(
  { role, url, apiKey, timeoutMs }: HttpServiceOptions,
  { path, body, format, read, signal }: HttpRequest<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const onAbort = (): void => deadline.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: deadline.signal,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw refusal(response, { role, place: `${url}${path}`, bytes });
    return read(format === 'text' ? bytes.toString('utf8') : parsed(bytes));
  } catch (error) {
    if (error instanceof BadAnswer)
      throw new Transient('server-answer', error.message, { cause: error });
    if (error instanceof DeepCoderError || error instanceof Transient) throw error;
    if (deadline.signal.aborted) {
      throw new Transient('server-timeout', `no answer within ${timeoutMs / 1000} s`, {
        cause: error,
      });
    }
    if (!(error instanceof TypeError)) throw error;
    throw new Transient('server-unreachable', failureText(error), { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const text = JSON.stringify(bytes.subarray(0, 60).toString('utf8'));
    throw new BadAnswer(`the answer is not JSON, or is cut short; it begins with ${text}`, {
      cause,
    });
  }
}

function refusal(
  { status, headers }: Response,
  { role, place, bytes }: { role: string; place: string; bytes: Buffer },
): Error {
  const text = refusalText(bytes.toString('utf8'));
  if (isPassing(status)) {
    const retryAfter = retryAfterMs(headers.get('retry-after'), Date.now());
    return new Transient('server-failed', `HTTP ${status}: ${text}`, { retryAfterMs: retryAfter });
  }
  const cure = status === 401 || status === 403 ? `; give the server's key in ${role}.api_key` : '';
  return new Refused(status, `${role}: ${place} refused, HTTP ${status}: ${text}${cure}`);
}

/** The message in an error's body, whichever server's shape it has. */
function refusalText(body: string): string {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return body.slice(0, 300).trim() || 'no message';
  }
  const { error, message, detail } = (answer ?? {}) as Record<string, unknown>;
  const inner = (error as { message?: unknown } | null | undefined)?.message;
  const found = [inner, message, error, detail].find((text) => typeof text === 'string');
  return found ?? body.slice(0, 300);
}

const CURES: Record<string, string> = {
  'server-unreachable': 'is it running, and is the address right?',
  'server-timeout': 'raise the timeout, or lower concurrency and max_tokens_in_flight',
  'server-failed': "the server's log says why; lower concurrency if it ran out of memory",
  'server-answer': 'the server, or a proxy before it, is not one that this client understands',
};

function givenUp(
  { role, url, attempts }: { role: string; url: string; attempts: number },
  { code, message, cause }: Transient,
): DeepCoderError {
  const often = attempts === 1 ? '' : ` (${attempts} attempts)`;
  const text = `${role}: ${url}: ${message}${often}; ${CURES[code] ?? ''}`;
  return new DeepCoderError(code, text, { exitCode: 3, cause });
}
