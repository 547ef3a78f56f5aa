import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  convertRequest,
  jumpRequest,
  formatsRequest,
  overruleRequest,
  statisticsRequest,
  verdictRequest,
} from '@deepcoder/server-protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import { startLanguageServer, type LanguageServer } from '../../support/languageServer.ts';
import { REACT, RECORD } from './lspTexts.ts';

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

const at = (uri: string, line: number, character: number) => ({
  textDocument: { uri },
  position: { line, character },
});

describe('the server over stdio, without an editor', () => {
  test('tokens: full, range, and a delta after an edit', async () => {
    const uri = server.open('tokens.react', REACT, 'trajectory-text');
    const textDocument = { uri };
    const full = await send<SemanticTokens>('textDocument/semanticTokens/full', { textDocument });
    expect(full.data).toHaveLength(5 * 12);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 99 } };
    const first = await send<SemanticTokens>('textDocument/semanticTokens/range', {
      textDocument,
      range,
    });
    expect(first.data).toEqual(full.data.slice(0, 10));
    await server.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        {
          range: { start: { line: 1, character: 15 }, end: { line: 1, character: 15 } },
          text: 'er',
        },
      ],
    });
    const delta = await send<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', {
      textDocument,
      previousResultId: full.resultId,
    });
    expect(delta.edits).toEqual([{ start: 17, deleteCount: 1, data: [6] }]);
  });

  test('a plain JSON file stays one', async () => {
    const uri = server.open('plain.json', '{"a": 1}', 'json');
    const textDocument = { uri };
    expect(await send('textDocument/semanticTokens/full', { textDocument })).toBeNull();
    expect(await send('textDocument/hover', at(uri, 0, 2))).toBeNull();
    expect(await server.ask(verdictRequest, { uri })).toMatchObject({ format: 'not_a_trajectory' });
  });

  test('outline, folding, hover, definition, references, highlight, selection, rename', async () => {
    const uri = server.open('one.jsonl', `${RECORD}\n`, 'jsonl');
    const textDocument = { uri };
    const call = RECORD.indexOf('"ls"') + 1;
    const result = RECORD.indexOf('a.txt');
    expect(await send('textDocument/documentSymbol', { textDocument })).toMatchObject([
      { name: 'r1', detail: '2 steps: 1 reasoning, 2 action, 1 observation, 1 task, 1 answer' },
    ]);
    const hover = await send<{ contents: { value: string } }>(
      'textDocument/hover',
      at(uri, 0, result),
    );
    expect(hover.contents.value).toContain('**observation** · step 1');
    expect(hover.contents.value).toContain('a.txt\nb.txt');
    const range = { start: { line: 0, character: call }, end: { line: 0, character: call + 2 } };
    expect(await send('textDocument/definition', at(uri, 0, result))).toMatchObject([
      { targetUri: uri, targetRange: range },
    ]);
    expect(
      await send('textDocument/references', {
        ...at(uri, 0, call),
        context: { includeDeclaration: true },
      }),
    ).toHaveLength(3);
    expect(await send('textDocument/documentHighlight', at(uri, 0, call))).toHaveLength(3);
    const id = RECORD.indexOf('"c1"') + 1;
    const renamed = await send<{ changes: Record<string, unknown[]> }>('textDocument/rename', {
      ...at(uri, 0, id),
      newName: 'c9',
    });
    expect(renamed.changes[uri]).toHaveLength(2);
    await expect(send('textDocument/rename', { ...at(uri, 0, id), newName: 'r1' })).rejects.toThrow(
      'taken',
    );
    const chain = await send<{ parent?: object }[]>('textDocument/selectionRange', {
      textDocument,
      positions: [{ line: 0, character: call }],
    });
    expect(chain[0]).toHaveProperty('parent');
    expect(await send('textDocument/codeLens', { textDocument })).toMatchObject([
      { command: { title: '2 steps' } },
      { command: { command: 'deepcoder.previewTokens', arguments: [uri, 0] } },
      { command: { command: 'deepcoder.trainOnFile', arguments: [uri] } },
    ]);
  });

  test('statistics, conversion, jumps, and another format by hand', async () => {
    const uri = server.open('own.react', REACT, 'trajectory-text');
    expect(await server.ask(statisticsRequest, { uri })).toMatchObject({ turns: 2 });
    const chat = await server.ask(convertRequest, { uri, target: 'chat' });
    expect(JSON.parse(chat!.text)).toHaveProperty('messages');
    const next = await server.ask(jumpRequest, { uri, offset: 0, by: 'step', direction: 'next' });
    expect(REACT.slice(next!.start, next!.end)).toBe('where?');
    const { formats } = await server.ask(formatsRequest, {});
    expect(formats).toContainEqual({ name: 'none', title: 'no trajectory' });
    for (const { name } of formats)
      expect(await server.ask(overruleRequest, { uri, format: name }), name).not.toBeNull();
    expect(await server.ask(overruleRequest, { uri, format: 'none' })).toMatchObject({
      format: 'not_a_trajectory',
    });
    expect(await server.ask(overruleRequest, { uri, format: null })).toMatchObject({
      format: 'react_text',
    });
  });

  test('bad params are refused in words', async () => {
    await expect(send('deepcoder/statistics', {})).rejects.toThrow('uri');
    await expect(send('deepcoder/index/rows', { handle: 99, from: 0, count: 1 })).rejects.toThrow(
      'no file is open',
    );
  });
});
