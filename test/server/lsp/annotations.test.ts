import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { relabelRequest, removeAnnotationRequest } from '@deepcoder/server-protocol';
import { annotate, readAnnotations, writeAnnotations } from '@deepcoder/trajectory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileChangeType, type SemanticTokens } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { SpanKind } from '@deepcoder/vocabulary';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { RECORD } from './lspTexts.ts';

let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  server = await startLanguageServer({ folder });
}, 120_000);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

const send = <T>(method: string, params: object): Promise<T> =>
  server.connection.sendRequest<T>(method, params);

test('relabelling where there are no labels writes the sidecar, and colours follow it', async () => {
  const file = path.join(folder, 'relabel.jsonl');
  writeFileSync(file, `${RECORD}\n`);
  const uri = server.open('relabel.jsonl', `${RECORD}\n`, 'jsonl');
  const start = RECORD.indexOf('two files');
  const range = { start: { line: 0, character: start }, end: { line: 0, character: start + 3 } };
  const done = await server.ask(relabelRequest, { uri, range, kind: 'reasoning' });
  expect(done).toMatchObject({ done: 'sidecar' });
  const sidecar = JSON.parse(readFileSync(`${file}.spans.json`, 'utf8')) as object[];
  expect(sidecar).toMatchObject([{ start, end: start + 3, kind: 'reasoning' }]);
  const { data } = await send<SemanticTokens>('textDocument/semanticTokens/full', {
    textDocument: { uri },
  });
  expect(data.slice(-10)).toMatchObject([0, expect.any(Number), 3, 0, 0, 0, 3, 6, 5, 0]);
});

test('what was annotated can be taken back, at the cursor too', async () => {
  const file = path.join(folder, 'taken-back.jsonl');
  writeFileSync(file, `${RECORD}\n`);
  const uri = server.open('taken-back.jsonl', `${RECORD}\n`, 'jsonl');
  const before = await kindOfLast(uri);
  const start = RECORD.indexOf('two files');
  const at = (character: number) => ({ line: 0, character });
  const range = { start: at(start), end: at(start + 'two files.'.length) };
  await server.ask(relabelRequest, { uri, range, kind: 'reasoning' });
  await eventually(async () => (await kindOfLast(uri)) !== before);
  const cursor = { start: at(start + 2), end: at(start + 2) };
  expect(await server.ask(removeAnnotationRequest, { uri, range: cursor })).toEqual({ removed: 1 });
  expect(JSON.parse(readFileSync(`${file}.spans.json`, 'utf8'))).toEqual([]);
  expect(await kindOfLast(uri)).toBe(before);
  expect(await server.ask(removeAnnotationRequest, { uri, range: cursor })).toEqual({ removed: 0 });
});

/** The code of the kind of a document's last span. */
async function kindOfLast(uri: string): Promise<number> {
  const { data } = await send<SemanticTokens>('textDocument/semanticTokens/full', {
    textDocument: { uri },
  });
  return data.at(-2)!;
}

test('a sidecar that changes on the disk is read again, and one that goes is forgotten', async () => {
  const file = path.join(folder, 'watched.jsonl');
  const sidecar = `${file}.spans.json`;
  const text = `${RECORD}\n`;
  writeFileSync(file, text);
  const uri = server.open('watched.jsonl', text, 'jsonl');
  const start = RECORD.indexOf('two files');
  const write = (kind: SpanKind): void => {
    const one = annotate(text, { start, end: start + 'two files'.length }, kind);
    writeFileSync(sidecar, writeAnnotations([one]));
  };
  const changed = (type: FileChangeType) =>
    server.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: URI.file(sidecar).toString(), type }],
    });
  const asRead = await kindOfLast(uri);
  for (const [kind, code] of [
    ['reasoning', 0],
    ['observation', 2],
  ] as const) {
    write(kind);
    await changed(FileChangeType.Changed);
    await eventually(async () => (await kindOfLast(uri)) === code);
  }
  rmSync(sidecar);
  await changed(FileChangeType.Deleted);
  await eventually(async () => (await kindOfLast(uri)) === asRead);
});

test('an edit across an annotation and its undo leave the sidecar as it was', async () => {
  const file = path.join(folder, 'undone.jsonl');
  const text = `${RECORD}\n`;
  const start = RECORD.indexOf('two files');
  const sidecar = writeAnnotations([annotate(text, { start, end: start + 9 }, 'reasoning')]);
  writeFileSync(file, text);
  writeFileSync(`${file}.spans.json`, sidecar);
  const uri = server.open('undone.jsonl', text, 'jsonl');
  const place = (character: number) => ({ line: 0, character });
  const change = (version: number, from: number, to: number, newText: string) =>
    server.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: place(from), end: place(to) }, text: newText }],
    });
  const saved = async (): Promise<string> => {
    await server.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    await send('textDocument/semanticTokens/full', { textDocument: { uri } });
    return readFileSync(`${file}.spans.json`, 'utf8');
  };
  // Edits move annotations that have been read; the sidecar is read while the document opens.
  await eventually(async () => (await kindOfLast(uri)) === 0);
  await change(2, start - 4, start + 3, '');
  await change(3, 0, 0, ' ');
  await eventually(async () => (await saved()) !== sidecar);
  expect(readAnnotations(await saved()).annotations).toEqual(
    readAnnotations(sidecar).annotations.map((one) => ({
      ...one,
      start: one.start + 1,
      end: one.end + 1,
    })),
  );
  await change(4, 0, 1, '');
  await change(5, start - 4, start - 4, text.slice(start - 4, start + 3));
  await eventually(async () => (await saved()) === sidecar);
});
