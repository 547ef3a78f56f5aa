import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  Diagnostic,
  DocumentDiagnosticReport,
  PublishDiagnosticsParams,
} from 'vscode-languageserver';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { REACT } from './lspTexts.ts';

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

const send = <T>(method: string, params: object): Promise<T> =>
  server.connection.sendRequest<T>(method, params);

test('diagnostics are pulled, and unchanged ones are said to be so', async () => {
  const uri = server.open('bad.react', REACT.replace('Thought 2', 'Thought 5'), 'trajectory-text');
  const report = await send<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri },
  });
  const items = report.kind === 'full' ? report.items : [];
  expect(items.map(({ code }) => code)).toContain('step-jump');
  const again = await send<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri },
    previousResultId: report.resultId,
  });
  expect(again.kind).toBe('unchanged');
  const fixes = await send<{ title: string }[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: items[0]!.range,
    context: { diagnostics: items, only: ['quickfix'] },
  });
  expect(fixes.map(({ title }) => title)).toContain('Renumber the steps');
});

test('a client that cannot pull is pushed to', async () => {
  const pushed = await startLanguageServer({ folder });
  try {
    pushed.open('push.react', REACT.replace('Thought 2', 'Thought 5'), 'trajectory-text');
    const [first] = await eventually(() => {
      const heard = pushed.heard('textDocument/publishDiagnostics') as PublishDiagnosticsParams[];
      return heard.length > 0 && heard;
    });
    const codes = first!.diagnostics.map(({ code }: Diagnostic) => code);
    expect(codes).toContain('step-jump');
  } finally {
    await pushed.end();
  }
}, 60_000);
