import { pingRequest } from '@deepcoder/server-protocol';
import { LSPErrorCodes } from 'vscode-languageserver';
import { type EncodedAnswer, isEncoded, isRequest, type Sent } from './message.ts';
import type { TextThread, ThreadListener } from './textThread.ts';

export type StartThread = (listener: ThreadListener) => TextThread;

/** What a document's thread is told at its start, and whom it speaks to. */
export interface LongTextOptions {
  start: StartThread;
  initialize: unknown;
  /** Makes its requests to the client tell from others'. */
  name: string;
  toClient: (message: Sent | EncodedAnswer) => void;
  /** How long it may be deaf. */
  patienceMs: number;
  /** Called when its document is left alone from now on. */
  onGivenUp: (why: string) => void;
}

const CHECKS = 10;
const START = 'start';
const PING = 'ping';

/**
 * One long document, read by a server on a thread of its own, so that nobody waits for it and its memory goes with
 * it. A thread that ends, or hears nothing for long, is not started again: the text would do the same to the next.
 */
export class LongText {
  private readonly thread: TextThread;
  /** The client's requests that it has not answered. */
  private readonly pending = new Map<number | string, string>();
  private readonly asked = new Map<string, number | string>();
  private deafSince: number | null = null;
  private isGivenUp = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: LongTextOptions) {
    this.thread = options.start({
      onMessage: (message) => this.fromThread(message),
      onEnd: (why) => this.giveUp(why),
    });
    const every = Math.ceil(options.patienceMs / CHECKS);
    this.timer = setInterval(() => this.check(), every).unref();
    const { initialize: params } = options;
    this.thread.send({ jsonrpc: '2.0', id: START, method: 'initialize', params });
    this.thread.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
  }

  send(message: Sent): void {
    if (this.isGivenUp) {
      if (isRequest(message)) this.options.toClient(refusal(message));
      return;
    }
    if (isRequest(message)) this.pending.set(message.id, message.method);
    if (message.method === 'textDocument/didChange') this.thread.interrupt();
    this.thread.send(message);
  }

  /** The client's answer to a request of the thread's; whether it was that. */
  answer(message: Sent): boolean {
    const id = this.asked.get(String(message.id));
    if (id === undefined) return false;
    this.asked.delete(String(message.id));
    this.send({ ...message, id });
    return true;
  }

  end(): void {
    clearInterval(this.timer);
    this.thread.end();
    this.refuseAll();
  }

  private fromThread(message: Sent | EncodedAnswer): void {
    if (message.id === PING) {
      this.deafSince = null;
      return;
    }
    if (isEncoded(message)) {
      if (this.pending.delete(message.id)) this.options.toClient(message);
      return;
    }
    const { id, method } = message;
    if (method === undefined) {
      if (id != null && this.pending.delete(id)) this.options.toClient(message);
    } else if (!isRequest(message)) this.options.toClient(message);
    else if (/^client\/(un)?registerCapability$/.test(method)) {
      // The server of the other documents has registered them.
      this.thread.send({ jsonrpc: '2.0', id: message.id, result: null });
    } else {
      const name = `${this.options.name} ${message.id}`;
      this.asked.set(name, message.id);
      this.options.toClient({ ...message, id: name });
    }
  }

  private check(): void {
    if (this.isGivenUp) return;
    const now = Date.now();
    if (this.deafSince === null) {
      this.deafSince = now;
      this.thread.send({ jsonrpc: '2.0', id: PING, method: pingRequest.method, params: {} });
    } else if (now - this.deafSince > this.options.patienceMs) {
      this.thread.end();
      this.giveUp(`nothing came of it for ${Math.round(this.options.patienceMs / 1000)} s`);
    }
  }

  private giveUp(why: string): void {
    if (this.isGivenUp) return;
    this.isGivenUp = true;
    clearInterval(this.timer);
    this.refuseAll();
    this.options.onGivenUp(why);
  }

  private refuseAll(): void {
    for (const [id, method] of this.pending)
      this.options.toClient(refusal({ jsonrpc: '2.0', id, method }));
    this.pending.clear();
  }
}

/** No answer about a document that nobody reads, in the form that is no failure for an editor. */
function refusal({ id, method }: Sent): Sent {
  const answered = { jsonrpc: '2.0', id };
  if (method === 'textDocument/diagnostic')
    return { ...answered, result: { kind: 'full', items: [] } } as Sent;
  if (method?.startsWith('textDocument/') === true) return { ...answered, result: null } as Sent;
  const message = 'This document is not read any more.';
  return { ...answered, error: { code: LSPErrorCodes.RequestFailed, message } } as Sent;
}
