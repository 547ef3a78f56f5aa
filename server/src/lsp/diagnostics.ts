import {
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Diagnostic,
  type DocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { cancellable } from './cancellable.ts';
import type { ServerContext } from './context.ts';
import type { LanguageFeatures } from './languageFeatures.ts';

const NEVER: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

/** How long a client that is pushed to must be quiet. */
const QUIET_MS = 150;

/** Pulled by clients that can, pushed to the others. Returns how to have all of them told anew. */
export function serveDiagnostics(
  { connection, documents, client }: ServerContext,
  languages: readonly LanguageFeatures[],
): () => void {
  const of = async (document: TextDocument, token: CancellationToken): Promise<Diagnostic[]> => {
    const features = languages.find((one) => one.handles(document));
    return (await features?.diagnostics?.(document, token)) ?? [];
  };
  if (client.textDocument?.diagnostic) {
    let epoch = 0;
    connection.onRequest(
      'textDocument/diagnostic',
      async (
        params: { textDocument: { uri: string }; previousResultId?: string },
        token: CancellationToken,
      ): Promise<DocumentDiagnosticReport> => {
        const document = documents.get(params.textDocument.uri);
        if (!document) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
        const resultId = `${document.version}:${epoch}`;
        if (params.previousResultId === resultId) {
          return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
        }
        const items = await cancellable(token, () => of(document, token)).catch(askAgain);
        if (`${document.version}:${epoch}` !== resultId) throw hasChanged();
        return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
      },
    );
    return () => {
      epoch += 1;
      if (client.workspace?.diagnostics?.refreshSupport) {
        // A client that is going away must not take the server along.
        connection.languages.diagnostics.refresh().catch(() => undefined);
      }
    };
  }
  return pushDiagnostics({ connection, documents }, of);
}

function hasChanged(): ResponseError<{ retriggerRequest: boolean }> {
  const message = 'the text has changed meanwhile';
  return new ResponseError(LSPErrorCodes.ServerCancelled, message, { retriggerRequest: true });
}

function askAgain(error: unknown): never {
  const { code } = error as { code?: number };
  throw code === LSPErrorCodes.ContentModified ? hasChanged() : (error as Error);
}

function pushDiagnostics(
  { connection, documents }: Pick<ServerContext, 'connection' | 'documents'>,
  of: (document: TextDocument, token: CancellationToken) => Promise<Diagnostic[]>,
): () => void {
  const timers = new Map<string, NodeJS.Timeout>();
  const schedule = (uri: string): void => {
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => void send(uri), QUIET_MS),
    );
  };
  const send = async (uri: string): Promise<void> => {
    timers.delete(uri);
    const document = documents.get(uri);
    if (!document) return;
    const { version } = document;
    const diagnostics = await of(document, NEVER);
    if (documents.get(uri)?.version !== version) return;
    await connection.sendDiagnostics({ uri, version, diagnostics });
  };
  documents.onDidChangeContent(({ document }) => schedule(document.uri));
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  return () => documents.all().forEach(({ uri }) => schedule(uri));
}
