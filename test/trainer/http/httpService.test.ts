import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';
import { type HttpService, httpService } from '../../../trainer/src/http/httpService.ts';
import { openLimiter } from '../../../trainer/src/http/openLimiter.ts';
import { retryAfterMs } from '../../../trainer/src/http/retryAfter.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Reply {
  status?: number;
  retryAfter?: string;
  body?: string;
}

/** A service whose server gives these replies in turn, the last one again and again; pauses are noted. */
async function open(
  replies: Reply[],
  retries = 4,
): Promise<{ service: HttpService; pauses: number[]; asked: () => number }> {
  let asked = 0;
  server = createServer((request, response) => {
    request.resume();
    const {
      status = 200,
      retryAfter,
      body = '{"fine": true}',
    } = replies[Math.min(asked++, replies.length - 1)] ?? {};
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    response.writeHead(status).end(body);
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  const pauses: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    pauses.push(ms);
    return Promise.resolve();
  };
  const url = `http://127.0.0.1:${port}/`;
  const options = { role: 'teacher', url, apiKey: null, timeoutMs: 20_000, retries, sleep };
  return { service: httpService(options), pauses, asked: () => asked };
}

const ask = (service: HttpService): Promise<unknown> =>
  service.ask({ path: '/x', body: {}, read: (answer) => answer });

test('pauses double, up to half a minute, and end with the last attempt', async () => {
  const { service, pauses, asked } = await open([{ status: 502 }], 8);
  await expect(ask(service)).rejects.toMatchObject({ code: 'server-failed' });
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(asked()).toBe(9);
});

test("a server's own wish comes before that", async () => {
  const { service, pauses } = await open([
    { status: 429, retryAfter: '7' },
    { status: 503, retryAfter: '0.25' },
    {},
  ]);
  await expect(ask(service)).resolves.toEqual({ fine: true });
  expect(pauses).toEqual([7000, 250]);
});

it.each([
  [400, '{"error": {"message": "too long"}}', /refused, HTTP 400: too long$/],
  [400, '{"object": "error", "message": "3 validation errors"}', /HTTP 400: 3 validation errors$/],
  [404, '{"detail": "Not Found"}', /HTTP 404: Not Found$/],
  [403, 'no', /HTTP 403: no; give the server's key in teacher.api_key$/],
])('what is refused with %i is not tried again', async (status, body, message) => {
  const { service, asked } = await open([{ status, body }]);
  await expect(ask(service)).rejects.toMatchObject({
    code: 'server-refused',
    message: expect.stringMatching(message) as string,
  });
  expect(asked()).toBe(1);
});

it('a pause ends when it is aborted', async () => {
  const { service } = await open([{ status: 503, retryAfter: '100' }]);
  const patient = httpService({
    ...{ role: 'teacher', url: service.url, apiKey: null, timeoutMs: 20_000, retries: 3 },
  });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 50);
  const asking = patient.ask({ path: '/x', read: (answer) => answer, signal: stop.signal });
  await expect(asking).rejects.toThrow('enough');
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-30T16:00:00Z');
  it.each([
    [null, null],
    ['3', 3000],
    ['0', 0],
    ['Mon, 30 Nov 2026 16:00:20 GMT', 20_000],
    ['Mon, 30 Nov 2026 15:00:00 GMT', 0],
    ['86400', 300_000],
    ['soon', null],
  ])('%o is %o ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe('a limiter', () => {
  it('lets work begin in order, and none pass what waits for room', async () => {
    const limiter = openLimiter({ count: 3, total: 10 });
    const began: number[] = [];
    const leaves = [8, 5, 1].map(async (size, at) => {
      const leave = await limiter.enter(size);
      began.push(at);
      return leave;
    });
    const first = await leaves[0];
    expect(began).toEqual([0]);
    first?.();
    first?.();
    await Promise.all(leaves);
    expect(began).toEqual([0, 1, 2]);
  });

  it('gives up a place when it is aborted, and what waits behind it goes on', async () => {
    const limiter = openLimiter({ count: 1, total: 10 });
    const leave = await limiter.enter(1);
    const stop = new AbortController();
    const waiting = limiter.enter(1, stop.signal);
    const behind = limiter.enter(1);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    leave();
    await expect(behind).resolves.toBeTypeOf('function');
    await expect(limiter.enter(1, AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
  });
});
