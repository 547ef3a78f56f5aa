import type {
  CancellationToken,
  Connection,
  SymbolInformation,
  TextDocuments,
  WorkspaceSymbol,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { cancellable } from './cancellable.ts';
import type { DocumentHandlers, LanguageFeatures } from './languageFeatures.ts';
import { unlessModified } from './unlessModified.ts';

const METHODS: Record<keyof DocumentHandlers, string> = {
  completion: 'textDocument/completion',
  hover: 'textDocument/hover',
  definition: 'textDocument/definition',
  references: 'textDocument/references',
  documentHighlight: 'textDocument/documentHighlight',
  documentSymbol: 'textDocument/documentSymbol',
  foldingRange: 'textDocument/foldingRange',
  selectionRange: 'textDocument/selectionRange',
  documentLink: 'textDocument/documentLink',
  codeAction: 'textDocument/codeAction',
  codeLens: 'textDocument/codeLens',
  inlayHint: 'textDocument/inlayHint',
  formatting: 'textDocument/formatting',
  rangeFormatting: 'textDocument/rangeFormatting',
  onTypeFormatting: 'textDocument/onTypeFormatting',
  rename: 'textDocument/rename',
  prepareRename: 'textDocument/prepareRename',
  semanticTokens: 'textDocument/semanticTokens/full',
  semanticTokensDelta: 'textDocument/semanticTokens/full/delta',
  semanticTokensRange: 'textDocument/semanticTokens/range',
};

type AnyHandler = (document: TextDocument, params: unknown, token: CancellationToken) => unknown;

/** Takes each request to the features that handle its document; null where none does. */
export function routeRequests(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  languages: readonly LanguageFeatures[],
): void {
  for (const [name, method] of Object.entries(METHODS)) {
    connection.onRequest(
      method,
      (params: { textDocument: { uri: string } }, token: CancellationToken) =>
        unlessModified(() => {
          const document = documents.get(params.textDocument.uri);
          const features = document && languages.find((one) => one.handles(document));
          const handler = features?.[name as keyof DocumentHandlers] as AnyHandler | undefined;
          if (!handler || !document) return null;
          return cancellable(token, () => handler.call(features, document, params, token));
        }),
    );
  }
  connection.onWorkspaceSymbol((params, token) =>
    cancellable(token, async () => {
      const all: (SymbolInformation | WorkspaceSymbol)[] = [];
      for (const one of languages) {
        for (const symbol of (await one.workspaceSymbol?.(params, token)) ?? []) all.push(symbol);
      }
      return all;
    }),
  );
}
