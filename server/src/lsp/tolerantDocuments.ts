import {
  Range,
  type TextDocumentContentChangeEvent,
  type TextDocumentsConfiguration,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/**
 * Documents as a client may wrongly open and change them: what is no text counts as an empty one, and a change that
 * cannot be made is told and left out. Neither may end the server, which other documents still need.
 */
export function tolerantDocuments<T extends TextDocument>(
  documents: TextDocumentsConfiguration<T>,
  warn: (message: string) => void,
): TextDocumentsConfiguration<T> {
  return {
    create: (uri: unknown, languageId: unknown, version: unknown, content: unknown) => {
      if (typeof content !== 'string') warn(`a document was opened without text: ${textOf(uri)}`);
      const number = typeof version === 'number' ? version : 0;
      return documents.create(textOf(uri), textOf(languageId), number, textOf(content));
    },
    update: (document, changes: unknown, version) => {
      if (!Array.isArray(changes) || !changes.every(isChange)) {
        warn(`a change of ${document.uri} is none of a text, and was left out`);
        return document;
      }
      try {
        return documents.update(document, changes, version);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        warn(`a change of ${document.uri} could not be made: ${reason}`);
        return document;
      }
    },
  };
}

/** Asked of all before any is made: half of a change would leave another text than the client has. */
function isChange(change: unknown): change is TextDocumentContentChangeEvent {
  const { text, range } = (change ?? {}) as { text?: unknown; range?: unknown };
  return typeof text === 'string' && (range === undefined || Range.is(range));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
