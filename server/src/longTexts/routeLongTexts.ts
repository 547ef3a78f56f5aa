import { type Channel, GivenMessages, HandedMessages } from './channel.ts';
import type { ClientChannel } from './clientChannel.ts';
import { LongText, type StartThread } from './longText.ts';
import { type EncodedAnswer, isRequest, type Sent, uriOf } from './message.ts';

export interface RouteOptions {
  start: StartThread;
  /** UTF-16 units; a document that is longer has a thread of its own. */
  longFrom: number;
  /** How long such a thread may be deaf before it is ended. */
  patienceMs: number;
}

/** Answered by the server with `HeldText`, for a document that has grown long. */
export const HELD_TEXT = 'deepcoder/heldText';

export interface HeldText {
  languageId: string;
  version: number;
  text: string;
}

/**
 * Stands between a client and the server, whose channel it gives. Long documents are read on threads of their own,
 * each by a whole server: all that the client says of one goes there, and nobody waits for it.
 */
export function routeLongTexts(client: ClientChannel, options: RouteOptions): Channel {
  const own = new GivenMessages(() => {
    client.reader.listen((message) => router.fromClient(message));
  });
  const toClient = (message: Sent | EncodedAnswer): void => client.send(message);
  const router = new Router(options, toClient, (message) => own.give(message));
  return {
    reader: own,
    writer: new HandedMessages((message) => router.fromServer(message)),
  };
}

/** What every server must hear. */
const FOR_ALL = new Set([
  '$/cancelRequest',
  '$/setTrace',
  'workspace/didChangeConfiguration',
  'workspace/didChangeWatchedFiles',
  'workspace/didChangeWorkspaceFolders',
  'deepcoder/trusted',
]);

class Router {
  private readonly texts = new Map<string, LongText>();
  /** How long each of the server's own documents is at most. */
  private readonly lengths = new Map<string, number>();
  /** What was said of documents whose text is being fetched, to give it to a thread. */
  private readonly moving = new Map<string, Sent[]>();
  private initialize: { initializationOptions?: object } = {};
  private count = 0;

  constructor(
    private readonly options: RouteOptions,
    private readonly toClient: (message: Sent | EncodedAnswer) => void,
    private readonly toServer: (message: Sent) => void,
  ) {}

  fromClient(message: Sent): void {
    const { method } = message;
    if (method === undefined) this.answered(message);
    else if (FOR_ALL.has(method)) this.tellAll(message);
    else {
      if (method === 'initialize') this.initialize = { ...(message.params as object) };
      if (method === 'exit') for (const text of this.texts.values()) text.end();
      this.route(message, uriOf(message));
    }
  }

  fromServer(message: Sent): void {
    const waiting = typeof message.id === 'string' ? this.moving.get(message.id) : undefined;
    if (waiting) this.moved(message.id as string, waiting, message.result as HeldText | null);
    else this.toClient(message);
  }

  private route(message: Sent, uri: string): void {
    const waiting = this.moving.get(uri);
    if (waiting) {
      waiting.push(message);
      return;
    }
    if (message.method === 'textDocument/didOpen') this.opened(message, uri);
    const text = this.texts.get(uri);
    if (!text) this.toServer(message);
    else text.send(message);
    if (message.method === 'textDocument/didClose') this.closed(uri);
    else if (!text && message.method === 'textDocument/didChange') this.grown(message, uri);
  }

  private opened({ params }: Sent, uri: string): void {
    const { textDocument } = (params ?? {}) as { textDocument?: { text?: unknown } };
    const length = typeof textDocument?.text === 'string' ? textDocument.text.length : 0;
    this.closed(uri);
    if (length > this.options.longFrom) this.texts.set(uri, this.startText(uri));
    else this.lengths.set(uri, length);
  }

  private closed(uri: string): void {
    this.texts.get(uri)?.end();
    this.texts.delete(uri);
    this.lengths.delete(uri);
  }

  /** Asks the server for a text that may have become long: it alone knows what edits have made of it. */
  private grown({ params }: Sent, uri: string): void {
    const { contentChanges } = (params ?? {}) as { contentChanges?: { text?: unknown }[] };
    let length = this.lengths.get(uri) ?? 0;
    for (const change of contentChanges ?? [])
      if (typeof change.text === 'string') length += change.text.length;
    this.lengths.set(uri, length);
    if (length <= this.options.longFrom) return;
    this.moving.set(uri, []);
    this.toServer({ jsonrpc: '2.0', id: uri, method: HELD_TEXT, params: { uri } });
  }

  private moved(uri: string, waiting: readonly Sent[], held: HeldText | null): void {
    this.moving.delete(uri);
    this.lengths.set(uri, held?.text.length ?? 0);
    if (held && held.text.length > this.options.longFrom) {
      const close = { jsonrpc: '2.0', method: 'textDocument/didClose' };
      this.toServer({ ...close, params: { textDocument: { uri } } });
      const params = { textDocument: { uri, ...held } };
      this.route({ jsonrpc: '2.0', method: 'textDocument/didOpen', params }, uri);
    }
    for (const message of waiting) this.route(message, uri);
  }

  private startText(uri: string): LongText {
    this.count += 1;
    return new LongText({
      start: this.options.start,
      initialize: this.initialize,
      name: `text ${this.count}`,
      toClient: this.toClient,
      patienceMs: this.options.patienceMs,
      onGivenUp: (why) => {
        const message = `DeepCoder leaves ${decodeURIComponent(uri)} alone until it is opened again: ${why}.`;
        const params = { type: 2, message };
        this.toClient({ jsonrpc: '2.0', method: 'window/showMessage', params });
      },
    });
  }

  private answered(message: Sent): void {
    for (const text of this.texts.values()) if (text.answer(message)) return;
    this.toServer(message);
  }

  private tellAll(message: Sent): void {
    if (message.method === 'deepcoder/trusted') {
      const { initializationOptions } = this.initialize;
      this.initialize.initializationOptions = { ...initializationOptions, trusted: true };
    }
    for (const text of this.texts.values()) if (!isRequest(message)) text.send(message);
    this.toServer(message);
  }
}
