import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { GivenMessages } from '../../../server/src/longTexts/channel.ts';
import type { EncodedAnswer, Sent } from '../../../server/src/longTexts/message.ts';
import { routeLongTexts } from '../../../server/src/longTexts/routeLongTexts.ts';
import type { ThreadListener } from '../../../server/src/longTexts/textThread.ts';
import { eventually } from '../../support/languageServer.ts';

const URI = 'file:///data/long.jsonl';
const PATIENCE_MS = 40;

/** A client, a server and threads that only note what they are told. */
function routed({ answersPings = false } = {}) {
  const sent: Sent[] = [];
  const atServer: Sent[] = [];
  const threads: { listener: ThreadListener; heard: Sent[]; end: () => void }[] = [];
  const reader = new GivenMessages(() => undefined);
  const send = (message: object): void => void sent.push(message as Sent);
  const server = routeLongTexts(
    { reader, send },
    {
      start: (listener) => {
        const thread = { listener, heard: [] as Sent[], end: vi.fn() };
        threads.push(thread);
        return {
          send: (message) => {
            thread.heard.push(message);
            if (answersPings && message.id === 'ping')
              listener.onMessage({ ...message, result: null });
          },
          interrupt: () => void thread.heard.push({ jsonrpc: '2.0', method: 'interrupt' }),
          end: thread.end,
        };
      },
      longFrom: 10,
      patienceMs: PATIENCE_MS,
    },
  );
  server.reader.listen((message) => void atServer.push(message));
  const say = (message: object): void => reader.give({ jsonrpc: '2.0', ...message });
  const open = (text: string): void =>
    say({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri: URI, languageId: 'jsonl', version: 1, text } },
    });
  const ask = (id: number, method = 'textDocument/hover'): void =>
    say({ id, method, params: { textDocument: { uri: URI } } });
  return { sent, atServer, threads, say, open, ask, server };
}

const methods = (messages: readonly Sent[]) => messages.map(({ method }) => method);
const LONG = 'x'.repeat(11);

describe('long texts', () => {
  test('go to a thread that knows what the server was told at its start, and end with their document', () => {
    const { threads, atServer, say, open, ask } = routed();
    say({
      id: 0,
      method: 'initialize',
      params: { capabilities: {}, initializationOptions: { trusted: false } },
    });
    say({ method: 'deepcoder/trusted' });
    open(LONG);
    ask(1);
    const [thread] = threads;
    expect(methods(thread!.heard)).toEqual([
      'initialize',
      'initialized',
      'textDocument/didOpen',
      'textDocument/hover',
    ]);
    expect(thread!.heard[0]!.params).toMatchObject({ initializationOptions: { trusted: true } });
    expect(methods(atServer)).toEqual(['initialize', 'deepcoder/trusted']);
    say({ method: 'textDocument/didClose', params: { textDocument: { uri: URI } } });
    expect(thread!.end).toHaveBeenCalled();
    ask(2);
    expect(methods(atServer).at(-1)).toBe('textDocument/hover');
  });

  test('an edit interrupts before it is told', () => {
    const { threads, say, open } = routed();
    open(LONG);
    say({
      method: 'textDocument/didChange',
      params: { textDocument: { uri: URI, version: 2 }, contentChanges: [] },
    });
    expect(methods(threads[0]!.heard).slice(-2)).toEqual(['interrupt', 'textDocument/didChange']);
  });

  test("a thread's request comes back to it under its own number", () => {
    const { threads, sent, say, open } = routed();
    open(LONG);
    threads[0]!.listener.onMessage({
      jsonrpc: '2.0',
      id: 1,
      method: 'workspace/configuration',
    });
    const asked = sent.at(-1)!;
    expect(asked).toMatchObject({ method: 'workspace/configuration' });
    expect(asked.id).not.toBe(1);
    say({ id: asked.id, result: [{}] });
    expect(threads[0]!.heard.at(-1)).toMatchObject({ id: 1, result: [{}] });
  });

  test('bytes are passed on as they are', () => {
    const { threads, sent, open, ask } = routed();
    open(LONG);
    ask(7);
    const answer: EncodedAnswer = { id: 7, body: new Uint8Array([1]) };
    threads[0]!.listener.onMessage(answer);
    expect(sent.at(-1)).toBe(answer);
  });

  test('one that hears nothing is ended, its document named and left alone', async () => {
    const { threads, sent, open, ask } = routed();
    open(LONG);
    ask(1);
    ask(2, 'textDocument/diagnostic');
    await eventually(() => sent.length === 3);
    expect(threads[0]!.end).toHaveBeenCalled();
    expect(sent.slice(0, 2)).toEqual([
      { jsonrpc: '2.0', id: 1, result: null },
      { jsonrpc: '2.0', id: 2, result: { kind: 'full', items: [] } },
    ]);
    expect(sent[2]).toMatchObject({
      method: 'window/showMessage',
      params: { message: expect.stringContaining('/data/long.jsonl') as unknown },
    });
    ask(3);
    ask(4, 'deepcoder/statistics');
    expect(sent.slice(3)).toMatchObject([
      { id: 3, result: null },
      { id: 4, error: { code: -32803 } },
    ]);
    expect(threads).toHaveLength(1);
    open(LONG);
    expect(threads).toHaveLength(2);
  });

  test('one that answers pings is waited for', async () => {
    const { threads, sent, open, ask } = routed({ answersPings: true });
    open(LONG);
    ask(1);
    await setTimeout(5 * PATIENCE_MS);
    expect(sent).toEqual([]);
    expect(threads[0]!.end).not.toHaveBeenCalled();
  });

  test('one that dies is not started again', async () => {
    const { threads, sent, open, ask } = routed();
    open(LONG);
    ask(1);
    threads[0]!.listener.onEnd('it is out of memory');
    await eventually(() => sent.length === 2);
    expect(sent[1]!.params).toMatchObject({
      message: expect.stringContaining('out of memory') as unknown,
    });
  });
});
