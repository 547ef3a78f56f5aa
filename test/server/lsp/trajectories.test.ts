import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  convertRequest,
  indexCloseRequest,
  indexOpenRequest,
  indexRecordRequest,
  indexRowsRequest,
  indexSearchRequest,
  indexTextRequest,
  jumpRequest,
  overruleRequest,
  relabelRequest,
  statisticsRequest,
  verdictRequest,
  type SearchMatch,
} from '@deepcoder/server-protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Diagnostic,
  DocumentDiagnosticReport,
  InitializeParams,
  PublishDiagnosticsParams,
  SemanticTokens,
  SemanticTokensDelta,
  WorkspaceSymbol,
} from 'vscode-languageserver';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';

const REACT = `Question: where?
Thought 1: look
Action 1: go[north]
Observation 1: a door
Thought 2: done
Action 2: finish[door]
`;

const RECORD = JSON.stringify({
  id: 'r1',
  messages: [
    { role: 'user', content: 'list the files' },
    {
      role: 'assistant',
      content: 'hm',
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'ls', arguments: '{"all":true}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'a.txt\nb.txt' },
    { role: 'assistant', content: 'two files' },
  ],
});

const PULL: InitializeParams['capabilities'] = {
  textDocument: { diagnostic: { dynamicRegistration: false } },
  workspace: { applyEdit: true },
};

let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  server = await startLanguageServer({ folder, capabilities: PULL });
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

  test('diagnostics are pulled, and unchanged ones are said to be so', async () => {
    const uri = server.open(
      'bad.react',
      REACT.replace('Thought 2', 'Thought 5'),
      'trajectory-text',
    );
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
    expect(fixes.map(({ title }) => title)).toContain('Number the steps anew');
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
    expect(await server.ask(overruleRequest, { uri, format: 'none' })).toMatchObject({
      format: 'not_a_trajectory',
    });
    expect(await server.ask(overruleRequest, { uri, format: null })).toMatchObject({
      format: 'react_text',
    });
  });

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

  test('workspace symbols by id and by task, and let go of when cancelled', async () => {
    for (let i = 0; i < 30; i += 1) {
      const text = RECORD.replace('r1', `record-${i}`).replace('list', `count ${i}`);
      writeFileSync(path.join(folder, `many-${i}.jsonl`), `${text}\n`);
    }
    const found = await send<WorkspaceSymbol[]>('workspace/symbol', { query: 'record-17' });
    expect(found.map(({ name }) => name)).toEqual(['record-17']);
    const byTask = await send<WorkspaceSymbol[]>('workspace/symbol', { query: 'count 23 the' });
    expect(byTask.map(({ name }) => name)).toEqual(['record-23']);
    const source = new CancellationTokenSource();
    const cancelled = server.connection.sendRequest(
      'workspace/symbol',
      { query: '' },
      source.token,
    );
    source.cancel();
    await cancelled.catch((error: unknown) => expect(String(error)).toContain('cancel'));
  });

  test('bad params are refused in words', async () => {
    await expect(send('deepcoder/statistics', {})).rejects.toThrow('uri');
    await expect(send('deepcoder/index/rows', { handle: 99, from: 0, count: 1 })).rejects.toThrow(
      'no file is open',
    );
  });
});

describe('the index of large files', () => {
  test('records, texts and search of a file that no editor has open', async () => {
    const file = path.join(folder, 'large.jsonl');
    const lines = Array.from({ length: 3000 }, (_, i) =>
      RECORD.replace('r1', `record ${i}`).replace(
        'two files',
        `it is ${i} "quoted" files`.replaceAll('"', '\\"'),
      ),
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    const opened = await server.ask(indexOpenRequest, { uri: URI.file(file).toString() });
    const { handle } = opened;
    expect(opened).toMatchObject({ format: 'openai_chat' });
    await eventually(async () => {
      const { total } = await server.ask(indexRowsRequest, { handle, from: 0, count: 1 });
      return total === 3000;
    });
    const { rows } = await server.ask(indexRowsRequest, { handle, from: 1000, count: 2 });
    expect(rows).toMatchObject([
      { record: 1000, records: 1, id: 'record 1000', byKind: { action: 2 } },
      { record: 1001 },
    ]);
    const record = await server.ask(indexRecordRequest, { handle, record: 1000, maxCharacters: 5 });
    expect(record!.spans.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'task list ',
      'reasoning hm',
      'action ls',
      'action {"all',
      'observation a.txt',
      'answer it is',
    ]);
    expect(record!.spans.map(({ pair }) => pair)).toEqual([-1, -1, 4, 4, 2, -1]);
    const text = await server.ask(indexTextRequest, {
      handle,
      record: 1000,
      span: 5,
      from: 6,
      length: 13,
    });
    expect(text).toEqual({ text: '1000 "quoted"', total: 25 });
    for (const [query, record] of [
      ['is 2345 ', 2345],
      ['IS 1717 "QUOTED" F', 1717],
    ] as const) {
      expect(await searchAll(handle, query)).toMatchObject([{ record, span: 5, kind: 'answer' }]);
    }
    await server.ask(indexCloseRequest, { handle });
    await expect(server.ask(indexRowsRequest, { handle, from: 0, count: 1 })).rejects.toThrow();
  });

  test('a file that is not there is refused by name', async () => {
    const uri = URI.file(path.join(folder, 'nowhere.jsonl')).toString();
    await expect(server.ask(indexOpenRequest, { uri })).rejects.toThrow('nowhere.jsonl');
  });
});

/** All matches, page by page, as a client goes on. */
async function searchAll(handle: number, query: string): Promise<SearchMatch[]> {
  const all: SearchMatch[] = [];
  for (let from: number | null = 0; from !== null;) {
    const { matches, next }: { matches: SearchMatch[]; next: number | null } = await server.ask(
      indexSearchRequest,
      { handle, query, from, limit: 3 },
    );
    for (const { excerpt, at: start, length } of matches) {
      expect(excerpt.slice(start, start + length).toLowerCase()).toBe(query.toLowerCase());
    }
    all.push(...matches);
    from = next;
  }
  return all;
}

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
