import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createProtocolConnection,
  type Message,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/** A language server in a process of its own, with one document. */
export interface ServerClient {
  /** Milliseconds until the answer. */
  time: (method: string, params?: object) => Promise<number>;
  /** Lets go of a request so long after it was sent; milliseconds from then to the answer. */
  cancel: (method: string, afterMs: number) => Promise<number>;
  notify: (method: string, params: object) => void;
  ask: (method: string, params: object) => Promise<unknown>;
  hear: (method: string, listener: (params: unknown) => void) => void;
  open: (name: string, text: string) => void;
  /** Types one character. */
  type: (line: number, character: number) => void;
  close: () => void;
  residentBytes: () => number;
  end: () => Promise<void>;
}

/** `name` of a bundle beside this one. Given back as soon as it has answered `initialize`. */
export async function startServerClient(
  name: 'server' | 'emptyServer',
  folder = '/nowhere',
): Promise<ServerClient> {
  const file = path.join(import.meta.dirname, `${name}.mjs`);
  const child = spawn(process.execPath, [file, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout, { contentTypeDecoder: DECODER }),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(folder).toString(), name: 'bench' }],
    capabilities: { textDocument: { diagnostic: {} } },
  });
  const notify = (method: string, params: object): void =>
    void connection.sendNotification(method, params);
  notify('initialized', {});
  let uri = '';
  let version = 1;
  /** Asks again where the server says that what it computed has become old, as an editor does. */
  const answer = async (method: string, params: object): Promise<unknown> => {
    for (;;) {
      try {
        return await connection.sendRequest(method, params);
      } catch (error) {
        if (!wantsToBeAskedAgain(error)) throw error;
      }
    }
  };
  return {
    time: async (method, params = {}) => {
      const began = performance.now();
      await answer(method, { textDocument: { uri }, ...params });
      return performance.now() - began;
    },
    cancel: async (method, afterMs) => {
      const source = new CancellationTokenSource();
      const params = { textDocument: { uri } };
      const asked = connection.sendRequest(method, params, source.token);
      const answered = asked.then(
        () => Promise.reject(new Error(`${method} was done before it was let go of`)),
        () => performance.now(),
      );
      await setTimeout(afterMs);
      const began = performance.now();
      source.cancel();
      return (await answered) - began;
    },
    notify,
    ask: answer,
    hear: (method, listener) => void connection.onNotification(method, listener),
    open: (document, text) => {
      uri = pathToFileURL(path.join(folder, document)).toString();
      const languageId = LANGUAGES[path.extname(document)] ?? 'trajectory-text';
      notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
    },
    type: (line, character) => {
      version += 1;
      const place = { line, character };
      notify('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range: { start: place, end: place }, text: 'x' }],
      });
    },
    close: () => notify('textDocument/didClose', { textDocument: { uri } }),
    residentBytes: () => {
      const status = readFileSync(`/proc/${child.pid!}/status`, 'utf8');
      return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
    },
    end: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      notify('exit', {});
      await ended;
      connection.dispose();
    },
  };
}

/** Reading a long answer would count as the server's time. */
const LONG_ANSWER = 1 << 20;
const DECODER = {
  name: 'application/json',
  decode: (bytes: Uint8Array): Promise<Message> => {
    const head = Buffer.from(bytes.subarray(0, 100)).toString();
    const id =
      bytes.length > LONG_ANSWER ? /^\{"jsonrpc":"2.0","id":(\d+),"result"/.exec(head) : null;
    return Promise.resolve(
      id
        ? ({ jsonrpc: '2.0', id: Number(id[1]), result: null } as Message)
        : (JSON.parse(new TextDecoder().decode(bytes)) as Message),
    );
  },
};

const LANGUAGES: Readonly<Record<string, string>> = { '.jsonl': 'jsonl', '.json': 'json' };

function wantsToBeAskedAgain(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    (error.data as { retriggerRequest?: boolean } | undefined)?.retriggerRequest === true
  );
}
