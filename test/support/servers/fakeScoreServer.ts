import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type HashModel, hashModel } from './hashModel.ts';
import { sglangAnswer, sglangInfo } from './sglangAnswers.ts';
import { vllmAnswer, vllmInfo } from './vllmAnswers.ts';

export interface FakeOptions {
  kind: 'sglang' | 'vllm';
  vocabSize: number;
  /** What it writes for a token; default: `t<id>`. */
  textOf?: (id: number) => string;
  model?: string;
  contextLength?: number;
  maxTopK?: number;
  version?: string;
  weightVersion?: string;
  speculative?: string | null;
  /** Taken from the log-probabilities of every second answer: a server that is not deterministic. */
  noise?: number;
  apiKey?: string;
  /** How SGLang writes top tokens: as asked, or as older servers do. */
  layout?: 'base64' | 'flat' | 'nested';
  /** Whether the flat shape counts the null row, as one version does. */
  shapeCountsNull?: boolean;
  delayMs?: number;
  /** Default: a free one. */
  port?: number;
}

export interface FakeServer {
  url: string;
  model: HashModel;
  /** Prompts that were scored, preflight included. */
  scored: number[][];
  /** Requests under way, and the most that ever were. */
  active: { now: number; most: number; mostTokens: number };
  /** Treats the next scoring requests so, in order. */
  faults: Fault[];
  close(): Promise<void>;
}

/** What goes wrong with one request; `valid` ones still have a right answer. */
export type Fault =
  | { type: 'status'; status: number; retryAfter?: string }
  | { type: 'drop' | 'cut' | 'truncate' | 'html' | 'empty' | 'hang' }
  | { type: 'gzip' | 'drip' | 'phantom' }
  | { type: 'edit'; edit: (answer: unknown) => unknown }
  /** Answers as if other ids had been sent. */
  | { type: 'other'; ids: (ids: number[]) => number[] };

export type Settings = Required<
  Pick<FakeOptions, 'model' | 'contextLength' | 'maxTopK' | 'noise'>
> &
  FakeOptions & { textOf: (id: number) => string };

/** An SGLang or vLLM server on loopback as their sources have it, with a model that is a hash. */
export async function fakeScoreServer(options: FakeOptions): Promise<FakeServer> {
  const settings: Settings = {
    ...{ model: 'fake/teacher', contextLength: 4096, maxTopK: 64, noise: 0 },
    textOf: (id) => `t${id}`,
    ...options,
  };
  const model = hashModel(options.vocabSize);
  const fake: Omit<FakeServer, 'url' | 'close'> = {
    model,
    scored: [],
    active: { now: 0, most: 0, mostTokens: 0 },
    faults: [],
  };
  let tokens = 0;
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      send(response, 500, { error: { message: String(error) } });
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (
      options.apiKey !== undefined &&
      request.headers.authorization !== `Bearer ${options.apiKey}`
    ) {
      send(response, 401, { error: { message: 'Unauthorized' } });
      return;
    }
    const path = request.url ?? '';
    if (request.method === 'GET') {
      const info = (options.kind === 'sglang' ? sglangInfo : vllmInfo)(path, settings);
      if (typeof info === 'string') response.end(info);
      else if (info === null) send(response, 404, { detail: 'Not Found' });
      else send(response, 200, info);
      return;
    }
    const sent = JSON.parse(body) as Record<string, unknown>;
    const ids = (sent['input_ids'] ?? sent['prompt']) as number[];
    fake.scored.push(ids);
    tokens += ids.length;
    fake.active.now++;
    fake.active.most = Math.max(fake.active.most, fake.active.now);
    fake.active.mostTokens = Math.max(fake.active.mostTokens, tokens);
    try {
      if (settings.delayMs !== undefined) await sleep(settings.delayMs);
      const fault = fake.faults.shift();
      const answered = fault?.type === 'other' ? fault.ids(ids) : ids;
      const answer = (options.kind === 'sglang' ? sglangAnswer : vllmAnswer)(
        { ...sent, ids: answered },
        { model, settings, count: fake.scored.length },
      );
      await reply(response, answer, fault);
    } finally {
      fake.active.now--;
      tokens -= ids.length;
    }
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...fake,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface Answer {
  status: number;
  body: unknown;
}

async function reply(response: ServerResponse, answer: Answer, fault?: Fault): Promise<void> {
  const text = JSON.stringify(answer.body);
  switch (fault?.type) {
    case 'status':
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      send(response, fault.status, { error: { message: 'fault' } });
      return;
    case 'drop':
      return void response.destroy();
    case 'hang':
      return;
    case 'cut':
      response.setHeader('content-length', text.length);
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    case 'truncate':
      return void response.end(text.slice(0, text.length / 2));
    case 'html':
      return void response.end('<html><body>Bad gateway</body></html>');
    case 'empty':
      return void response.end();
    case 'gzip':
      response.setHeader('content-encoding', 'gzip');
      return void response.end(gzipSync(text));
    case 'drip':
      for (let at = 0; at < text.length; at += 1 + text.length / 5) {
        response.write(text.slice(at, at + 1 + text.length / 5));
        await sleep(2);
      }
      return void response.end();
    case 'edit':
      send(response, answer.status, fault.edit(answer.body));
      return;
    case 'phantom':
    case 'other':
    case undefined:
      send(response, answer.status, answer.body);
      return;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
