import { SERVER_PROTOCOL_VERSION } from '@deepcoder/server-protocol';
import {
  CodeActionKind,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { DocumentHandlers, LanguageFeatures } from './languageFeatures.ts';

/** What the server can do, from what its languages have handlers for. */
export function capabilities(
  languages: readonly LanguageFeatures[],
  commands: readonly string[],
  client: ClientCapabilities,
): ServerCapabilities {
  const has = (name: keyof DocumentHandlers): boolean => languages.some((one) => one[name]);
  const all = <T>(list: (one: LanguageFeatures) => readonly T[] | undefined): T[] => [
    ...new Set(languages.flatMap((one) => list(one) ?? [])),
  ];
  const legend = languages.find((one) => one.semanticTokensLegend)?.semanticTokensLegend;
  const onType = all((one) => one.onTypeTriggers);
  return {
    positionEncoding: 'utf-16',
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      save: { includeText: false },
    },
    hoverProvider: has('hover'),
    definitionProvider: has('definition'),
    referencesProvider: has('references'),
    documentHighlightProvider: has('documentHighlight'),
    documentSymbolProvider: has('documentSymbol'),
    foldingRangeProvider: has('foldingRange'),
    selectionRangeProvider: has('selectionRange'),
    inlayHintProvider: has('inlayHint'),
    documentFormattingProvider: has('formatting'),
    documentRangeFormattingProvider: has('rangeFormatting'),
    workspaceSymbolProvider: languages.some((one) => one.workspaceSymbol !== undefined),
    ...(has('completion') && {
      completionProvider: { triggerCharacters: all((one) => one.completionTriggers) },
    }),
    ...(has('documentLink') && { documentLinkProvider: {} }),
    ...(has('codeLens') && { codeLensProvider: {} }),
    ...(has('codeAction') && {
      codeActionProvider: {
        codeActionKinds: all((one) => one.codeActionKinds ?? [CodeActionKind.QuickFix]),
      },
    }),
    ...(has('rename') && { renameProvider: { prepareProvider: has('prepareRename') } }),
    ...(onType.length > 0 && {
      documentOnTypeFormattingProvider: {
        firstTriggerCharacter: onType[0]!,
        moreTriggerCharacter: onType.slice(1),
      },
    }),
    ...(legend && {
      semanticTokensProvider: { legend, range: true, full: { delta: true } },
    }),
    ...(client.textDocument?.diagnostic && {
      diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
    }),
    ...(commands.length > 0 && { executeCommandProvider: { commands: [...commands] } }),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    experimental: { deepcoder: { protocolVersion: SERVER_PROTOCOL_VERSION } },
  };
}
