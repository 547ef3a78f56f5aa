import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LSPErrorCodes, type WorkspaceSymbol } from 'vscode-languageserver';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import { startLanguageServer, type LanguageServer } from '../../support/languageServer.ts';
import { RECORD, REACT } from './lspTexts.ts';

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

/** `name, container, line`, as they come. */
async function found(query: string): Promise<string[]> {
  const symbols = await server.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', {
    query,
  });
  return symbols.map(({ name, containerName, location }) => {
    const line = 'range' in location ? location.range.start.line : -1;
    return `${name}, ${containerName}, ${line}`;
  });
}

function record(id: string, task: string): string {
  return RECORD.replace('r1', id).replace('list the files', task);
}

test('by record id and by task, of files that names or contents show to be trajectories', async () => {
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  write('many.jsonl', `${record('record-17', 'count 17')}\n${record('record-23', 'count 23')}\n`);
  write('own.react', REACT);
  write('plain.json', record('in-json', 'read a plain file'));
  write('package.json', '{"name": "in-json"}');
  write('many.jsonl.spans.json', '[]');
  expect(await found('record-17')).toEqual(['record-17, many.jsonl: count 17, 0']);
  expect(await found('count 23')).toEqual(['record-23, many.jsonl: count 23, 1']);
  expect(await found('where?')).toEqual(['where?, own.react, 0']);
  expect(await found('in-json')).toEqual(['in-json, plain.json: read a plain file, 0']);
  write('many.jsonl', `${record('record-99', 'count 99')}\n`);
  expect(await found('record-23')).toEqual([]);
  expect(await found('record-99')).toHaveLength(1);
});

test.each([
  ['lines', (lines: readonly string[]) => `${lines.join('\n')}\n`],
  ['an array', (lines: readonly string[]) => `[${lines.join(',\n')}]`],
])(
  'of a file that is too large to be held, by its index: %s',
  async (_, textOf) => {
    const lines = Array.from({ length: 50_000 }, (_, i) =>
      record(`large ${i}`, `step ${i} of many`),
    );
    writeFileSync(path.join(folder, 'large.jsonl'), textOf(lines));
    let last: string[] = [];
    // One request reads on for two seconds; on a busy machine the next one has the rest.
    for (let tries = 0; tries < 100 && last.length === 0; tries += 1)
      last = await found('large 49999');
    expect(last).toEqual(['large 49999, large.jsonl: step 49999 of many, 49999']);
    expect(await found('step 31234 of')).toEqual([
      'large 31234, large.jsonl: step 31234 of many, 31234',
    ]);
    rmSync(path.join(folder, 'large.jsonl'));
  },
  120_000,
);

test('of a session that goes on over many parts, once', async () => {
  const turn = (i: number): string =>
    JSON.stringify({
      ...{ type: i % 2 ? 'assistant' : 'user', uuid: `u${i}`, parentUuid: i ? `u${i - 1}` : null },
      sessionId: 'long-session',
      message:
        i % 2
          ? {
              id: `m${i}`,
              role: 'assistant',
              content: [{ type: 'text', text: `turn ${i} ${'x'.repeat(9000)}` }],
            }
          : { role: 'user', content: `go on ${i}` },
    });
  const lines = Array.from({ length: 5000 }, (_, i) => turn(i));
  writeFileSync(path.join(folder, 'session.jsonl'), `${lines.join('\n')}\n`);
  let last: string[] = [];
  for (let tries = 0; tries < 100 && last.length === 0; tries += 1)
    last = await found('long-session');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await found('long-session')).toEqual(['long-session, session.jsonl: go on 0, 0']);
  rmSync(path.join(folder, 'session.jsonl'));
}, 120_000);

test('let go of while it reads', async () => {
  for (let i = 0; i < 300; i += 1) {
    const text = Array.from({ length: 50 }, (_, at) => record(`r-${i}-${at}`, 'one of many'));
    writeFileSync(path.join(folder, `cancel-${i}.jsonl`), `${text.join('\n')}\n`);
  }
  const source = new CancellationTokenSource();
  const asked = server.connection.sendRequest('workspace/symbol', { query: '' }, source.token);
  setTimeout(() => source.cancel(), 20);
  await expect(asked).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect(await found('r-299-49')).toHaveLength(1);
}, 120_000);
