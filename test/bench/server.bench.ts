import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Bench,
  type BenchContext,
  type BenchRow,
  median,
  quantile,
  type SkippedRow,
  timeMs,
  uniformFrom,
} from './bench.ts';
import { readCorpus } from './corpus.ts';
import { type ServerClient, startServerClient } from './serverClient.ts';

const MB = 1e6;
const KEYSTROKES = 40;

export const serverBenches: Bench[] = [
  { name: 'server start', run: startTimes },
  { name: 'server large', run: withCorpus(largeTimes) },
  { name: 'server small', run: withCorpus(smallTimes) },
  { name: 'server workspace', run: workspaceTimes },
];

function withCorpus(run: (corpus: string) => Promise<BenchRow[]>): Bench['run'] {
  return async ({ corpus }) => {
    const skipped: SkippedRow = { name: 'language server', skipped: 'DEEPCODER_CORPUS is not set' };
    return corpus === null ? [skipped] : run(corpus);
  };
}

async function startTimes({ rounds }: BenchContext): Promise<BenchRow[]> {
  const times: number[] = [];
  for (let i = 0; i < 3 * rounds; i += 1) {
    let client: ServerClient | null = null;
    times.push(await timeMs(async () => (client = await startServerClient('server'))));
    await client!.end();
  }
  const value = quantile(times, 0.95);
  return [
    { name: 'server: cold start to first answer, 95th percentile', value, unit: 'ms', atMost: 400 },
  ];
}

/** Formats whose largest file of JSON lines is repeated: records by themselves, and one long session. */
const LARGE = ['openai_chat', 'claude_code'];

async function largeTimes(corpus: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const format of LARGE) {
    const text = linesOf(corpus, format, 20 * MB);
    const empty = await measureLarge('emptyServer', text);
    const ours = await measureLarge('server', text);
    rows.push(...largeRows(`server, 20 MB of ${format}`, { text, empty, ours }));
  }
  return rows;
}

interface Large {
  /** From opening to the tokens of the first screen, and of the whole. */
  first: number;
  full: number;
  range: number;
  diagnostic: number;
  hover: number;
  /** From letting go of a request to its answer; of ours only. */
  cancelled: number;
  bytes: number;
}

/** Ours beside a server that only keeps the text; later: than that one's answer. */
function largeRows(
  name: string,
  { text, empty, ours }: { text: string; empty: Large; ours: Large },
): BenchRow[] {
  const later = (what: 'range' | 'diagnostic' | 'hover', title: string, atMost: number) => ({
    name: `${name}: ${title} after a keystroke, 95th percentile`,
    value: ours[what],
    unit: 'ms',
    peer: { name: 'a server that keeps the text', value: empty[what] },
    ratio: ours[what] - empty[what],
    atMost,
  });
  return [
    {
      name: `${name}: first semantic tokens, of the first screen`,
      value: ours.first,
      unit: 'ms',
      peer: { name: 'a server that keeps the text', value: empty.first },
      ratio: ours.first / empty.first,
      atMost: 1.5,
    },
    {
      name: `${name}: semantic tokens of the whole`,
      value: ours.full,
      unit: 'ms',
      peer: { name: 'a server that keeps the text', value: empty.full },
      ratio: ours.full / empty.full,
    },
    later('range', 'tokens of a range, ms later', 20),
    later('diagnostic', 'diagnostics, ms later', 150),
    later('hover', 'hover, ms later', 20),
    {
      name: `${name}: a request that is let go of, 95th percentile`,
      value: ours.cancelled,
      unit: 'ms',
      atMost: 50,
    },
    {
      name: `${name}: memory, in sizes of the file beyond`,
      value: ours.bytes / MB,
      unit: 'MB',
      peer: { name: 'a server that keeps the text', value: empty.bytes / MB },
      ratio: (ours.bytes - empty.bytes) / text.length,
      atMost: 6,
    },
  ];
}

async function measureLarge(name: 'server' | 'emptyServer', text: string): Promise<Large> {
  const client = await startServerClient(name);
  const lines = text.split('\n').length - 1;
  client.open('large.jsonl', text);
  const first = await client.time('textDocument/semanticTokens/range', {
    range: { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } },
  });
  const full = first + (await client.time('textDocument/semanticTokens/full'));
  await client.time('textDocument/diagnostic');
  const uniform = uniformFrom(2);
  const afterKey = async (method: string, params: (line: number) => object): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < KEYSTROKES; i += 1) {
      const line = Math.floor(uniform() * lines);
      client.type(line, 40);
      times.push(await client.time(method, params(line)));
    }
    return quantile(times, 0.95);
  };
  const range = await afterKey('textDocument/semanticTokens/range', (line) => ({
    range: { start: { line, character: 0 }, end: { line: line + 50, character: 0 } },
  }));
  const diagnostic = await afterKey('textDocument/diagnostic', () => ({}));
  const hover = await afterKey('textDocument/hover', (line) => ({
    position: { line, character: 60 },
  }));
  const bytes = client.residentBytes();
  const cancelled = name === 'server' ? await cancelledTimes(client) : 0;
  await client.end();
  return { first, full, range, diagnostic, hover, cancelled, bytes };
}

/** Formatting the whole is worked out anew at each request; let go of while that goes on. */
async function cancelledTimes(client: ServerClient): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < KEYSTROKES; i += 1) {
    times.push(await client.cancel('textDocument/formatting', 10));
  }
  return quantile(times, 0.95);
}

const EVERYTHING: Record<string, (line: number) => object> = {
  'semanticTokens/full': () => ({}),
  'semanticTokens/range': (line) => ({
    range: { start: { line, character: 0 }, end: { line: line + 50, character: 0 } },
  }),
  diagnostic: () => ({}),
  hover: (line) => ({ position: { line, character: 60 } }),
  documentSymbol: () => ({}),
  foldingRange: () => ({}),
  codeLens: () => ({}),
  inlayHint: (line) => ({
    range: { start: { line, character: 0 }, end: { line: line + 20, character: 0 } },
  }),
  documentHighlight: (line) => ({ position: { line, character: 60 } }),
  codeAction: (line) => ({
    range: { start: { line, character: 60 }, end: { line, character: 60 } },
    context: { diagnostics: [] },
  }),
};

/** Each request after a keystroke in a file of 1 MB. */
async function smallTimes(corpus: string): Promise<BenchRow[]> {
  const text = linesOf(corpus, 'openai_chat', MB);
  const lines = text.split('\n').length - 1;
  const client = await startServerClient('server');
  client.open('small.jsonl', text);
  const uniform = uniformFrom(3);
  const rows: BenchRow[] = [];
  for (const [method, params] of Object.entries(EVERYTHING)) {
    await client.time(`textDocument/${method}`, params(0));
    const times: number[] = [];
    for (let i = 0; i < KEYSTROKES; i += 1) {
      const line = Math.floor(uniform() * lines);
      client.type(line, 40);
      times.push(await client.time(`textDocument/${method}`, params(line)));
    }
    rows.push({
      name: `server, 1 MB: ${method} after a keystroke, 95th percentile`,
      value: quantile(times, 0.95),
      unit: 'ms',
      atMost: 20,
    });
  }
  await client.end();
  return rows;
}

const FILES = 1000;

/** Symbols of a workspace of many files: looked for when asked, then remembered. */
async function workspaceTimes({ rounds }: BenchContext): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deepcoder-bench-'));
  for (let i = 0; i < FILES; i += 1) {
    const messages = [
      { role: 'user', content: `task number ${i}` },
      { role: 'assistant', content: 'done' },
    ];
    writeFileSync(
      path.join(folder, `${i}.jsonl`),
      `${JSON.stringify({ id: `r${i}`, messages })}\n`,
    );
  }
  const client = await startServerClient('server', folder);
  const first = await client.time('workspace/symbol', { query: 'number 77' });
  const later: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    later.push(await client.time('workspace/symbol', { query: `number ${i}` }));
  }
  await client.end();
  rmSync(folder, { recursive: true });
  return [
    { name: `server: symbols of ${FILES} files, first time`, value: first, unit: 'ms' },
    { name: `server: symbols of ${FILES} files, later`, value: median(later), unit: 'ms' },
  ];
}

/** The format's largest file of JSON lines over and over. */
function linesOf(corpus: string, format: string, bytes: number): string {
  const files = readCorpus(corpus).filter(
    (file) => file.format === format && file.path.endsWith('.jsonl'),
  );
  const { text } = files.reduce((most, file) => (file.bytes > most.bytes ? file : most));
  const whole = `${text.trimEnd()}\n`;
  return Array.from({ length: Math.ceil(bytes / whole.length) }, () => whole).join('');
}
