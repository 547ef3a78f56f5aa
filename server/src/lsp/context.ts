import type {
  CancellationToken,
  ClientCapabilities,
  Connection,
  TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LanguageFeatures } from './languageFeatures.ts';
import type { SettingsStore } from './settings.ts';

/** What the server takes from the world; passed in, so that tests can give their own. */
export interface Edge {
  readText: (path: string) => Promise<string>;
  env: Readonly<Record<string, string | undefined>>;
  clock: { now(): number };
}

/** What every part of the server has in hand. */
export interface ServerContext extends Edge {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly settings: SettingsStore;
  readonly client: ClientCapabilities;
  /** Whether the client trusts the workspace; in one that it does not, nothing is launched. */
  isTrusted(): boolean;
  /** Another trainer program may be in force: its settings have changed, or the workspace is trusted now. */
  onTrainerChange(listener: () => void): void;
  /** Paths of the folders that are open. */
  workspaceFolders(): readonly string[];
  /** Adds the features of one kind of document; the first that handles a document has it. */
  addLanguage(features: LanguageFeatures): void;
  /** Adds a command of `workspace/executeCommand`. */
  addCommand(name: string, run: Command): void;
  /** Asks the client to ask again, as far as it can. */
  refresh(what: Refreshable): void;
  /** Files on the disk that the client watches have come, gone or changed. */
  onFilesChanged(listener: (paths: readonly string[]) => void): void;
  onShutdown(run: () => void | Promise<void>): void;
}

export type Command = (args: unknown[], token: CancellationToken) => unknown;

export type Refreshable = 'diagnostics' | 'semanticTokens' | 'inlayHints' | 'codeLenses';
