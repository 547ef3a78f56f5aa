import { readFileSync } from 'node:fs';
import { initText } from '@deepcoder/config';
import { expect } from 'vitest';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { uniformFrom } from '../../bench/bench.ts';
import type { LanguageServer } from '../../support/languageServer.ts';
import { fixtureFiles } from '../../trajectory/fixtureFiles.ts';
import { paramsFor, REQUESTS } from './soakRequests.ts';

const PIECES = {
  trajectory: [
    ...[
      '',
      '',
      'x',
      '\n',
      '\r\n',
      '\r',
      '"',
      '}',
      '{',
      ',',
      '\\',
      '<think>',
      '</think>',
      '---\n',
      '😀',
    ],
    ...['Thought 3: so\n', 'Observation: a\n', 'Question: q\n', `sk-ant-${'a1'.repeat(12)}`],
    '{"messages":[{"role":"user","content":"q"}]}\n',
  ],
  config: [
    ...[
      '',
      '',
      'x',
      '\n',
      ' ',
      '  ',
      '\t',
      ': ',
      '"',
      '{',
      '}',
      '[',
      ']',
      '- ',
      '#',
      '&a ',
      '*a',
      '---\n',
    ],
    ...[
      'train:\n',
      '  steps: 3\n',
      'loss: {kd: no}\n',
      'extends: fast\n',
      '<<: *a\n',
      '1e-5',
      '${env:X}',
    ],
  ],
};

const CONFIGS = [
  initText(),
  'extends: quickstart\ntrain: {steps: 5, epochs: 2}\n',
  'data: {train: [a.jsonl]}\nstudent: {model: m}\nloss:\n  kd: 0.5\n  type: kl\nenvironments:\n  gpu:\n    train: {steps: 3}\n',
];

const FULL_TOKENS = 'textDocument/semanticTokens/full';

const LONGEST = 40_000;
/** A document is edited so often before another one is opened. */
const EDITS_A_DOCUMENT = 40;

export interface SoakOptions {
  edits: number;
  /** After so many edits all answers are compared. */
  compareEvery: number;
  /** After so many comparisons the server that answers beside is another one. */
  renewEvery: number;
  seed: number;
  /** Starts a server that has seen nothing yet. */
  startFresh: () => Promise<LanguageServer>;
  log?: (line: string) => void;
}

/**
 * Random edits and requests of documents of every format and of configs. Every so often all answers are
 * compared with those that a fresh server gives for the same text. Returns the server's resident bytes
 * half-way and at the end.
 */
export async function soak(
  server: LanguageServer,
  { edits, compareEvery, renewEvery, seed, startFresh, log }: SoakOptions,
): Promise<{ halfWay: number; end: number }> {
  const uniform = uniformFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform() * list.length)]!;
  let fresh = await startFresh();
  let halfWay = 0;
  let open = openAny(server, 0, pick);
  for (let i = 1; i <= edits; i += 1) {
    await edit(server, open, { uniform, text: pick(PIECES[open.kind]) });
    if (uniform() < 0.3) await ask(server, open, pick(Object.keys(REQUESTS[open.kind])), uniform());
    if (i % compareEvery === 0) {
      await compare({ server, fresh, open }, `edit ${i}`);
      if ((i / compareEvery) % renewEvery === 0) {
        log?.(`${i} edits, ${Math.round(residentBytes(server) / 1e6)} MB`);
        await fresh.end();
        fresh = await startFresh();
      }
    }
    if (i % EDITS_A_DOCUMENT === 0) {
      await close(server, open.uri);
      open = openAny(server, i, pick);
    }
    if (i === edits >> 1) halfWay = residentBytes(server);
  }
  await close(server, open.uri);
  await fresh.end();
  return { halfWay, end: residentBytes(server) };
}

interface Open {
  uri: string;
  name: string;
  kind: keyof typeof REQUESTS;
  languageId: string;
  document: TextDocument;
  /** The answer that the next delta is against. */
  tokens: SemanticTokens | null;
}

function openAny(server: LanguageServer, i: number, pick: <T>(list: readonly T[]) => T): Open {
  const isConfig = i % (5 * EDITS_A_DOCUMENT) === 0 && i > 0;
  if (isConfig) return openAs(server, { name: `soak-${i}/deepcoder.yaml`, text: pick(CONFIGS) });
  const { name, text } = pick(fixtureFiles);
  const repeated = text.endsWith('\n') && !text.startsWith('[') ? text.repeat(3) : text;
  return openAs(server, { name: `soak-${i}-${name}`, text: repeated.slice(0, LONGEST) });
}

function openAs(server: LanguageServer, { name, text }: { name: string; text: string }): Open {
  const kind = name.endsWith('.yaml') ? 'config' : 'trajectory';
  const languageId = kind === 'config' ? 'yaml' : 'trajectory-text';
  const uri = server.open(name, text, languageId);
  const document = TextDocument.create(uri, languageId, 1, text);
  return { uri, name, kind, languageId, document, tokens: null };
}

async function edit(
  server: LanguageServer,
  open: Open,
  { uniform, text }: { uniform: () => number; text: string },
): Promise<void> {
  const { length } = open.document.getText();
  const start = Math.floor(uniform() * (length + 1));
  const much = uniform() < 0.05 || length > LONGEST ? 2000 : 4;
  const end = Math.min(length, start + Math.floor(uniform() * much));
  const range = { start: open.document.positionAt(start), end: open.document.positionAt(end) };
  const version = open.document.version + 1;
  const contentChanges = [{ range, text }];
  open.document = TextDocument.update(open.document, contentChanges, version);
  const params = { textDocument: { uri: open.uri, version }, contentChanges };
  await server.connection.sendNotification('textDocument/didChange', params);
}

function ask(server: LanguageServer, open: Open, method: string, at: number): Promise<unknown> {
  const params = REQUESTS[open.kind][method]!(open.document, at);
  return server.connection.sendRequest(method, paramsFor(method, open.uri, params));
}

interface Pair {
  server: LanguageServer;
  fresh: LanguageServer;
  open: Open;
}

async function compare({ server, fresh, open }: Pair, when: string): Promise<void> {
  const anew = openAs(fresh, { name: open.name, text: open.document.getText() });
  if (open.tokens) await compareDelta({ server, fresh, open }, { anew, when });
  for (const method of Object.keys(REQUESTS[open.kind])) {
    const takesPlace = REQUESTS[open.kind][method]!.length > 0;
    for (const at of takesPlace ? [0, 0.3, 0.7, 1] : [0]) {
      const [now, wanted] = await Promise.all([
        ask(server, open, method, at),
        ask(fresh, anew, method, at),
      ]);
      expect(plain(now), `${method} after ${when} of ${open.name}`).toEqual(plain(wanted));
    }
  }
  await close(fresh, anew.uri);
  // The next delta is against these, unless somebody asks for all in between.
  if (open.kind === 'trajectory') {
    open.tokens = (await ask(server, open, FULL_TOKENS, 0)) as SemanticTokens | null;
  }
}

/** What the changes since the last comparison make of the tokens of then. */
async function compareDelta(
  { server, fresh, open }: Pair,
  { anew, when }: { anew: Open; when: string },
): Promise<void> {
  const { resultId, data: before } = open.tokens!;
  const now = await server.connection.sendRequest<SemanticTokens | SemanticTokensDelta | null>(
    `${FULL_TOKENS}/delta`,
    { textDocument: { uri: open.uri }, previousResultId: resultId },
  );
  const wanted = (await ask(fresh, anew, FULL_TOKENS, 0)) as SemanticTokens | null;
  const data = now && ('edits' in now ? applied(before, now.edits) : now.data);
  expect(data, `delta after ${when} of ${open.name}`).toEqual(wanted?.data ?? null);
}

function applied(data: readonly number[], edits: SemanticTokensDelta['edits']): number[] {
  const result = [...data];
  for (const { start, deleteCount, data: more = [] } of edits) {
    result.splice(start, deleteCount, ...more);
  }
  return result;
}

/** Without what counts answers and versions. */
function plain(answer: unknown): unknown {
  const text = JSON.stringify(answer ?? null);
  return JSON.parse(text.replace(/"(resultId|version)":(?:"[^"]*"|\d+)/g, '"$1":0'));
}

async function close(server: LanguageServer, uri: string): Promise<void> {
  await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

function residentBytes({ child }: LanguageServer): number {
  const status = readFileSync(`/proc/${child.pid!}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
}
