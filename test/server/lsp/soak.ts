import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { uniformFrom } from '../../bench/bench.ts';
import type { LanguageServer } from '../../support/languageServer.ts';
import { fixtureFiles } from '../../trajectory/fixtureFiles.ts';

const PIECES = [
  '',
  '',
  'x',
  '\n',
  '\r\n',
  '"',
  '}',
  '\\',
  'Thought 3: so\n',
  'Observation: a\n',
  'Question: q\n',
  '<think>',
  '</think>',
  '---\n',
  '😀',
  '{"messages":[{"role":"user","content":"q"}]}\n',
];

const LONGEST = 40_000;

/**
 * Random edits and requests of documents of every format. Every so often all answers are compared with
 * those for the same text freshly opened. Returns the server's resident bytes half-way and at the end.
 */
export async function soak(
  server: LanguageServer,
  { edits, compareEvery, seed }: { edits: number; compareEvery: number; seed: number },
): Promise<{ halfWay: number; end: number }> {
  const uniform = uniformFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform() * list.length)]!;
  let halfWay = 0;
  let open = openFixture(server, 0, pick(fixtureFiles));
  for (let i = 1; i <= edits; i += 1) {
    await edit(server, open, { uniform, text: pick(PIECES) });
    if (uniform() < 0.3) await ask(server, open, pick(Object.keys(REQUESTS)), uniform());
    if (i % compareEvery === 0) {
      await compare(server, open, i);
      await close(server, open.uri);
      open = openFixture(server, i, pick(fixtureFiles));
    }
    if (i === edits >> 1) halfWay = residentBytes(server);
  }
  await close(server, open.uri);
  return { halfWay, end: residentBytes(server) };
}

interface Open {
  uri: string;
  document: TextDocument;
}

function openFixture(
  server: LanguageServer,
  i: number,
  { name, text }: { name: string; text: string },
): Open {
  const repeated = text.endsWith('\n') && !text.startsWith('[') ? text.repeat(3) : text;
  const own = repeated.slice(0, LONGEST);
  const uri = server.open(`soak-${i}-${name}`, own, 'trajectory-text');
  return { uri, document: TextDocument.create(uri, '', 1, own) };
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

const REQUESTS: Record<string, (document: TextDocument, at: number) => object> = {
  'semanticTokens/full': () => ({}),
  'semanticTokens/range': (document, at) => ({ range: linesAt(document, at) }),
  diagnostic: () => ({}),
  documentSymbol: () => ({}),
  foldingRange: () => ({}),
  hover: (document, at) => ({ position: positionAt(document, at) }),
  definition: (document, at) => ({ position: positionAt(document, at) }),
  documentHighlight: (document, at) => ({ position: positionAt(document, at) }),
  completion: (document, at) => ({ position: positionAt(document, at) }),
  prepareRename: (document, at) => ({ position: positionAt(document, at) }),
  selectionRange: (document, at) => ({ positions: [positionAt(document, at)] }),
  inlayHint: (document, at) => ({ range: linesAt(document, at) }),
  codeLens: () => ({}),
  formatting: () => ({ options: { tabSize: 2, insertSpaces: true } }),
  codeAction: (document, at) => ({
    range: { start: positionAt(document, at), end: positionAt(document, at) },
    context: { diagnostics: [] },
  }),
};

function positionAt(document: TextDocument, at: number) {
  return document.positionAt(Math.floor(at * document.getText().length));
}

function linesAt(document: TextDocument, at: number) {
  const { line } = positionAt(document, at);
  return { start: { line, character: 0 }, end: { line: line + 20, character: 0 } };
}

function ask(server: LanguageServer, open: Open, name: string, at: number): Promise<unknown> {
  const params = { textDocument: { uri: open.uri }, ...REQUESTS[name]!(open.document, at) };
  return server.connection.sendRequest(`textDocument/${name}`, params);
}

async function compare(server: LanguageServer, open: Open, i: number): Promise<void> {
  const name = `fresh-${open.uri.slice(open.uri.lastIndexOf('/') + 1)}`;
  const text = open.document.getText();
  const uri = server.open(decodeURIComponent(name), text, 'trajectory-text');
  const fresh = { uri, document: TextDocument.create(uri, '', 1, text) };
  for (const method of Object.keys(REQUESTS)) {
    for (const at of [0, 0.3, 0.7, 1]) {
      const [now, anew] = [
        await ask(server, open, method, at),
        await ask(server, fresh, method, at),
      ];
      const given = `${method} after edit ${i} of ${name}`;
      expect(plain(now, open.uri), given).toEqual(plain(anew, fresh.uri));
    }
  }
  await close(server, uri);
}

/** Without what names the document or counts answers. */
function plain(answer: unknown, uri: string): unknown {
  const text = JSON.stringify(answer ?? null).replaceAll(uri, 'URI');
  return JSON.parse(text.replace(/"resultId":"[^"]*"/g, '"resultId":""'));
}

async function close(server: LanguageServer, uri: string): Promise<void> {
  await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

function residentBytes({ child }: LanguageServer): number {
  const status = readFileSync(`/proc/${child.pid!}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
}
