import { once } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import { startLanguageServer, type LanguageServer } from '../../support/languageServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

beforeAll(buildProgram, PATIENCE_MS);

async function answers({ connection }: LanguageServer, uri: string): Promise<void> {
  // Any answer will do, an error too.
  await connection
    .sendRequest('textDocument/documentSymbol', { textDocument: { uri } })
    .catch(() => undefined);
}

const ITEM = { uri: 'file:///a.jsonl', languageId: 'jsonl', version: 1, text: '{}' };

test(
  'documents that are opened and changed wrongly leave the server answering',
  async () => {
    const server = await startLanguageServer({ folder: temporaryFolder() });
    const opened = [
      ...[null, {}, { textDocument: null }, { textDocument: { ...ITEM, text: undefined } }],
      ...[{ textDocument: { ...ITEM, text: 5 } }, { textDocument: { ...ITEM, uri: undefined } }],
      { textDocument: { ...ITEM, uri: '%%%', version: 'x', languageId: null } },
    ];
    for (const params of opened) {
      await server.connection.sendNotification('textDocument/didOpen', params);
      await answers(server, ITEM.uri);
    }
    const backwards = { start: { line: 9, character: 9 }, end: { line: 0, character: 0 } };
    for (const change of [
      { text: null },
      { range: null, text: 'x' },
      { range: backwards, text: 1 },
    ]) {
      await server.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: ITEM.uri, version: 2 },
        contentChanges: [change],
      });
      await answers(server, ITEM.uri);
    }
    expect(server.child.exitCode).toBeNull();
    await server.end();
  },
  PATIENCE_MS,
);

test(
  'a header that cannot be read ends the server, so that its client starts it again',
  async () => {
    const server = await startLanguageServer({ folder: temporaryFolder() });
    server.connection.onError(() => undefined);
    const ended = once(server.child, 'exit');
    server.child.stdin?.write('Nonsense: 1\r\n\r\n{}');
    expect((await ended)[0]).toBe(1);
  },
  PATIENCE_MS,
);
