import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LSPErrorCodes } from 'vscode-languageserver';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import { startLanguageServer, type LanguageServer } from '../../support/languageServer.ts';
import { RECORD } from './lspTexts.ts';

let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  server = await startLanguageServer({
    folder,
    capabilities: { textDocument: { diagnostic: {} } },
  });
}, 120_000);

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
});

/** 4.5 MB: each request takes its time where it is not let go of. */
const RECORDS = 10_000;
const TEXT = Array.from(
  { length: RECORDS },
  (_, i) => `${RECORD.replace('r1', `record ${i}`)}\n`,
).join('');

/** Long enough for the server to begin, far too short for it to end. */
const BEGUN_MS = 5;

const whole = { start: { line: 0, character: 0 }, end: { line: RECORDS, character: 0 } };

test.each([
  ['semanticTokens/full', {}],
  ['semanticTokens/range', { range: whole }],
  ['diagnostic', {}],
  ['documentSymbol', {}],
  ['foldingRange', {}],
  ['formatting', { options: { tabSize: 2, insertSpaces: true } }],
  ['codeAction', { range: whole, context: { diagnostics: [], only: ['quickfix'] } }],
  ['codeAction', { range: whole, context: { diagnostics: [], only: ['source.fixAll'] } }],
] as const)(
  'textDocument/%s %j is answered as soon as it is let go of',
  async (method, params) => {
    const ask = async (name: string, cancelled: boolean) => {
      const uri = server.open(name, TEXT, 'jsonl');
      const textDocument = { uri };
      const position = { line: 0, character: 0 };
      // The text has been looked at: what is timed is this request alone.
      await server.connection.sendRequest('textDocument/hover', { textDocument, position });
      const source = new CancellationTokenSource();
      const began = performance.now();
      if (cancelled) setTimeout(() => source.cancel(), BEGUN_MS);
      const answer = await server.connection
        .sendRequest(`textDocument/${method}`, { textDocument, ...params }, source.token)
        .catch((error: unknown) => error);
      const took = performance.now() - began;
      await server.connection.sendNotification('textDocument/didClose', { textDocument });
      return { answer, took };
    };
    const given = await ask('whole.jsonl', false);
    expect(given.answer).not.toHaveProperty('code');
    const refused = await ask('cancelled.jsonl', true);
    expect(refused.answer).toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    // Not by the clock: the machine may be busy with something else.
    expect(refused.took).toBeLessThan(given.took / 2);
  },
  120_000,
);

test('one that was let go of before it was looked at is not begun', async () => {
  const uri = server.open('late.jsonl', TEXT, 'jsonl');
  const source = new CancellationTokenSource();
  const asked = server.connection.sendRequest(
    'textDocument/documentSymbol',
    { textDocument: { uri } },
    source.token,
  );
  source.cancel();
  await expect(asked).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
}, 120_000);
