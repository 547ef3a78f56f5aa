import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { URI } from 'vscode-uri';
import {
  createMessageConnection,
  LSPErrorCodes,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type InitializeParams,
  type MessageConnection,
} from 'vscode-languageserver/node';
import type { z } from 'zod';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';
import { PATIENCE_MS } from './deepcoderProgram.ts';

export const SERVER = path.join(checkoutRoot, 'server/dist/server.mjs');

export interface ServerOptions {
  /** The workspace folder. */
  folder: string;
  /** Under `deepcoder`. */
  settings?: object;
  trusted?: boolean;
  capabilities?: InitializeParams['capabilities'];
  /** Answers what the server asks for settings, as an editor does; throws: it refuses. */
  configuration?: () => unknown;
  env?: Record<string, string>;
}

/** The real server as a child process, as any editor starts it. */
export interface LanguageServer {
  child: ChildProcess;
  connection: MessageConnection;
  /** Params of the notifications of a method, as they have come so far. */
  heard: (method: string) => unknown[];
  /** Asks one of our own requests; the answer is checked as a client checks it. */
  ask: <P extends z.ZodType, R extends z.ZodType>(
    spec: { readonly method: string; readonly params: P; readonly result: R },
    params: z.input<P>,
  ) => Promise<z.output<R>>;
  /** Opens a document and gives its URI. */
  open: (name: string, text: string, languageId: string) => string;
  change: (uri: string, version: number, text: string) => void;
  end: () => Promise<void>;
}

/** To be had from `buildProgram` first. */
export async function startLanguageServer(options: ServerOptions): Promise<LanguageServer> {
  const { folder, settings = {}, trusted, configuration, env = {} } = options;
  const capabilities = configuration
    ? {
        ...options.capabilities,
        workspace: { ...options.capabilities?.workspace, configuration: true },
      }
    : (options.capabilities ?? {});
  const child = spawn(process.execPath, [SERVER, '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, DEEPCODER_ENV: '', TMPDIR: folder, ...env },
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const heard = new Map<string, unknown[]>();
  connection.onNotification((method: string, params: unknown) => {
    heard.set(method, [...(heard.get(method) ?? []), params]);
  });
  for (const what of ['diagnostic', 'codeLens', 'inlayHint', 'semanticTokens']) {
    connection.onRequest(`workspace/${what}/refresh`, () => null);
  }
  if (configuration) connection.onRequest('workspace/configuration', () => [configuration()]);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: URI.file(folder).toString(), name: 'work' }],
    capabilities,
    initializationOptions: { settings, ...(trusted !== undefined && { trusted }) },
  });
  await connection.sendNotification('initialized', {});
  return {
    child,
    connection,
    heard: (method) => heard.get(method) ?? [],
    ask: async ({ method, result }, params) =>
      result.parse(await connection.sendRequest(method, params)),
    open: (name, text, languageId) => {
      const uri = URI.file(path.join(folder, name)).toString();
      const textDocument = { uri, languageId, version: 1, text };
      void connection.sendNotification('textDocument/didOpen', { textDocument });
      return uri;
    },
    change: (uri, version, text) => {
      const textDocument = { uri, version };
      const params = { textDocument, contentChanges: [{ text }] };
      void connection.sendNotification('textDocument/didChange', params);
    },
    end: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      await ended;
      connection.dispose();
    },
  };
}

/** As editors do, asks again where the server says that its answer would be old already. */
export async function diagnosticsOf(
  { connection }: Pick<LanguageServer, 'connection'>,
  uri: string,
): Promise<Diagnostic[]> {
  const params = { textDocument: { uri } };
  for (;;) {
    const answer = await connection
      .sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', params)
      .catch((error: unknown) => {
        if ((error as { code?: number }).code !== LSPErrorCodes.ServerCancelled) throw error;
        return null;
      });
    if (answer !== null) return answer.items;
  }
}

/** Waits until something is there, and gives it. */
export async function eventually<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs = PATIENCE_MS / 2,
): Promise<T> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await setTimeout(10);
  }
  throw new Error(`waited in vain for ${look.toString()}`);
}
