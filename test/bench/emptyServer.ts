import {
  createConnection,
  ProposedFeatures,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** What a language server costs that does nothing but keep the text. */
const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);
connection.onInitialize(() => ({
  capabilities: { textDocumentSync: TextDocumentSyncKind.Incremental },
}));
for (const method of [
  'textDocument/semanticTokens/full',
  'textDocument/semanticTokens/range',
  'textDocument/diagnostic',
  'textDocument/hover',
]) {
  connection.onRequest(method, ({ textDocument: { uri } }: { textDocument: { uri: string } }) => ({
    data: [documents.get(uri)?.version ?? 0],
  }));
}
documents.listen(connection);
connection.listen();
