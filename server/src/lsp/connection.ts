import { pingRequest } from '@deepcoder/server-protocol';
import { isDeepStrictEqual } from 'node:util';
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  TextDocuments,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type TextDocumentsConfiguration,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { capabilities } from './capabilities.ts';
import type { Command, Edge, Refreshable, ServerContext } from './context.ts';
import { serveDiagnostics } from './diagnostics.ts';
import type { LanguageFeatures } from './languageFeatures.ts';
import { routeRequests } from './routeRequests.ts';
import { onCustomRequest } from './onCustomRequest.ts';
import { openSettings, type SettingsStore } from './settings.ts';
import { tolerantDocuments } from './tolerantDocuments.ts';

/** Registers its features. */
export type Part = (context: ServerContext) => void;

/** What the server is made of. */
export interface Server {
  edge: Edge;
  /** How a document is held, and what an edit makes of it. */
  documents: TextDocumentsConfiguration<TextDocument>;
  parts: readonly Part[];
}

/** Serves one client until it is gone. */
export function startServer(connection: Connection, server: Server): void {
  const warn = (message: string): void => {
    connection.console.warn(message);
  };
  const documents = new TextDocuments<TextDocument>(tolerantDocuments(server.documents, warn));
  connection.onInitialize((params) => initialize(connection, params, { ...server, documents }));
  onCustomRequest(connection, pingRequest, () => ({}));
  documents.listen(connection);
  connection.listen();
}

/** What a client may say at the start, beside the protocol. */
interface InitializationOptions {
  /** For clients that cannot be asked for settings. */
  settings?: unknown;
  /** Default: true, where the client has no notion of trust. */
  trusted?: boolean;
}

function initialize(
  connection: Connection,
  params: InitializeParams,
  {
    documents,
    edge,
    parts,
  }: Omit<Server, 'documents'> & { documents: TextDocuments<TextDocument> },
): InitializeResult {
  const options = (params.initializationOptions ?? {}) as InitializationOptions;
  const settings = openSettings(connection, params.capabilities, options.settings);
  const languages: LanguageFeatures[] = [];
  const commands = new Map<string, Command>();
  const watchers: ((paths: readonly string[]) => void)[] = [];
  const stops: (() => void | Promise<void>)[] = [];
  let trusted = options.trusted ?? true;
  let refreshDiagnostics = (): void => undefined;
  const folders = followFolders(connection, params);
  const trainer = followTrainer(settings);
  const context: ServerContext = {
    ...edge,
    connection,
    documents,
    settings,
    client: params.capabilities,
    isTrusted: () => trusted,
    onTrainerChange: trainer.listen,
    workspaceFolders: () => folders.paths,
    addLanguage: (features) => void languages.push(features),
    addCommand: (name, run) => void commands.set(name, run),
    refresh: (what) => {
      if (what === 'diagnostics') refreshDiagnostics();
      else refresh(connection, params.capabilities, what);
    },
    onFilesChanged: (listener) => void watchers.push(listener),
    onShutdown: (run) => void stops.push(run),
  };
  for (const register of parts) register(context);

  refreshDiagnostics = serveDiagnostics(context, languages);
  routeRequests(connection, documents, languages);
  connection.onExecuteCommand(({ command, arguments: args = [] }, token) =>
    commands.get(command)?.(args, token),
  );
  connection.onNotification('deepcoder/trusted', () => {
    trusted = true;
    trainer.changed();
  });
  connection.onInitialized(() => {
    void settings.load();
    folders.listen();
    watchSettings(connection, params);
    watchFiles(connection, params);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.map(({ uri }) => URI.parse(uri).fsPath);
    for (const listener of watchers) listener(paths);
  });
  connection.onShutdown(async () => {
    for (const stop of stops) await stop();
  });
  return {
    capabilities: capabilities(languages, [...commands.keys()], params.capabilities),
    serverInfo: { name: 'deepcoder' },
  };
}

/** Which trainer program is in force, and who wants to know when it is another. */
function followTrainer(settings: SettingsStore) {
  const listeners: (() => void)[] = [];
  const changed = (): void => listeners.forEach((listener) => listener());
  let before = settings.current.trainer;
  settings.onChange(({ trainer }) => {
    if (isDeepStrictEqual(trainer, before)) return;
    before = trainer;
    changed();
  });
  return { changed, listen: (listener: () => void) => void listeners.push(listener) };
}

/** Has the client ask again, where it can. */
function refresh(
  connection: Connection,
  { workspace }: ClientCapabilities,
  what: Exclude<Refreshable, 'diagnostics'>,
): void {
  if (what === 'semanticTokens' && workspace?.semanticTokens?.refreshSupport) {
    connection.languages.semanticTokens.refresh().catch(ignore);
  } else if (what === 'inlayHints' && workspace?.inlayHint?.refreshSupport) {
    connection.languages.inlayHint.refresh().catch(ignore);
  } else if (what === 'codeLenses' && workspace?.codeLens?.refreshSupport) {
    connection.sendRequest('workspace/codeLens/refresh').catch(ignore);
  }
}

/** A client that refuses, or is going away, must not take the server along. */
function ignore(): void {
  return;
}

/** Has the client tell when settings change: VS Code's tells nobody who has not asked. */
function watchSettings(connection: Connection, { capabilities: client }: InitializeParams): void {
  if (!client.workspace?.didChangeConfiguration?.dynamicRegistration) return;
  const section = { section: 'deepcoder' };
  void connection.client.register(DidChangeConfigurationNotification.type, section);
}

/** Has the client tell of configs and of hand annotations that change on the disk. */
function watchFiles(connection: Connection, { capabilities: client }: InitializeParams): void {
  if (!client.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
  const watchers = ['**/*.{yaml,yml}', '**/*.spans.json'].map((globPattern) => ({ globPattern }));
  void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
}

/** The workspace's folders, as the client says that they come and go. */
function followFolders(
  connection: Connection,
  params: InitializeParams,
): { paths: readonly string[]; listen(): void } {
  const { rootUri } = params as { rootUri?: string | null };
  let uris = params.workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return {
    get paths() {
      return uris.filter((uri) => uri.startsWith('file:')).map((uri) => URI.parse(uri).fsPath);
    },
    listen() {
      if (!params.capabilities.workspace?.workspaceFolders) return;
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        uris = [...uris.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
      });
    },
  };
}
