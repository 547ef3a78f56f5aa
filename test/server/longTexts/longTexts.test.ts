import { LSPErrorCodes } from 'vscode-languageserver';
import { beforeAll, expect, test } from 'vitest';
import { statisticsRequest } from '@deepcoder/server-protocol';
import { buildProgram, PATIENCE_MS } from '../../support/deepcoderProgram.ts';
import {
  eventually,
  startLanguageServer,
  type LanguageServer,
} from '../../support/languageServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

beforeAll(buildProgram, PATIENCE_MS);

/** Behind it a document is read on a thread of its own. */
const LONG = 600_000;

function turns(characters: number): string {
  let text = 'Question: what is there?\n';
  for (let i = 0; text.length < characters; i += 1)
    text += `Thought: number ${i}\nAction: look at ${i}\nObservation: ${'a door; '.repeat(20)}\n`;
  return text;
}

function open(server: LanguageServer, name: string, text: string): string {
  return server.open(name, text, 'trajectory-text');
}

function changeAt(
  { connection }: LanguageServer,
  uri: string,
  of: { version: number; line: number; text: string },
) {
  const place = { line: of.line, character: 0 };
  void connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: of.version },
    contentChanges: [{ range: { start: place, end: place }, text: of.text }],
  });
}

async function tokensOf({ connection }: LanguageServer, uri: string): Promise<number[]> {
  const params = { textDocument: { uri } };
  const answer = await connection.sendRequest<{ data: number[] }>(
    'textDocument/semanticTokens/full',
    params,
  );
  return answer.data;
}

test(
  'a long document is read, edited and told of as any other',
  async () => {
    const server = await startLanguageServer({ folder: temporaryFolder() });
    const text = turns(LONG);
    const steps = text.match(/^Thought/gm)!.length;
    const uri = open(server, 'long.react', text);
    expect(await server.ask(statisticsRequest, { uri })).toMatchObject({ turns: steps });
    await eventually(() => server.heard('deepcoder/verdict/changed').length > 0);
    changeAt(server, uri, {
      version: 2,
      line: 1,
      text: 'Thought: new\nAction: wait\nObservation: so\n',
    });
    expect(await server.ask(statisticsRequest, { uri })).toMatchObject({ turns: steps + 1 });
    const short = open(server, 'short.react', turns(1000));
    expect((await tokensOf(server, short)).length).toBeGreaterThan(10);
    await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    expect(
      await server.connection.sendRequest('textDocument/foldingRange', { textDocument: { uri } }),
    ).toBeNull();
    await server.end();
  },
  PATIENCE_MS,
);

test(
  'others are answered while a long document is read',
  async () => {
    const server = await startLanguageServer({ folder: temporaryFolder() });
    const short = open(server, 'short.react', turns(1000));
    await tokensOf(server, short);
    const order: string[] = [];
    const long = tokensOf(server, open(server, 'long.react', turns(20 * LONG))).then(() =>
      order.push('long'),
    );
    await tokensOf(server, short);
    order.push('short');
    await long;
    expect(order).toEqual(['short', 'long']);
    await server.end();
  },
  PATIENCE_MS,
);

test(
  'an edit ends the reading of the text before it',
  async () => {
    const server = await startLanguageServer({ folder: temporaryFolder() });
    const text = turns(10 * LONG);
    const uri = open(server, 'long.react', text);
    const before = server.connection
      .sendRequest('textDocument/documentSymbol', { textDocument: { uri } })
      .then(
        () => 0,
        (error: unknown) => (error as { code: number }).code,
      );
    await server.connection.sendRequest('textDocument/hover', {
      textDocument: { uri: open(server, 'short.react', turns(1000)) },
      position: { line: 1, character: 1 },
    });
    changeAt(server, uri, {
      version: 2,
      line: 1,
      text: 'Thought: new\nAction: wait\nObservation: so\n',
    });
    expect(await before).toBe(LSPErrorCodes.ContentModified);
    const steps = text.match(/^Thought/gm)!.length + 1;
    expect(await server.ask(statisticsRequest, { uri })).toMatchObject({ turns: steps });
    await server.end();
  },
  PATIENCE_MS,
);

test(
  'a document that grows long goes to a thread with all that was said of it',
  async () => {
    const server = await startLanguageServer({ folder: temporaryFolder() });
    const uri = open(server, 'grows.react', turns(1000));
    const more = turns(LONG).replace(/^Question.*\n/, '');
    changeAt(server, uri, { version: 2, line: 1, text: more });
    changeAt(server, uri, {
      version: 3,
      line: 1,
      text: 'Thought: new\nAction: wait\nObservation: so\n',
    });
    const whole = turns(1000) + more;
    const steps = whole.match(/^Thought/gm)!.length + 1;
    expect(await server.ask(statisticsRequest, { uri })).toMatchObject({ turns: steps });
    await server.end();
  },
  PATIENCE_MS,
);
