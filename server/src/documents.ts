import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { TrackedDocument } from './trackedDocument.ts';

/** YAML is a plain text for the configs' features; all else may be a trajectory. */
export function createDocument(
  uri: string,
  languageId: string,
  version: number,
  text: string,
): TextDocument {
  if (languageId === 'yaml' || /\.ya?ml$/i.test(uri)) {
    return TextDocument.create(uri, languageId, version, text);
  }
  const fileName = URI.parse(uri).path;
  return new TrackedDocument(uri, languageId, { version, text }, { fileName });
}

export function updateDocument(
  document: TextDocument,
  changes: TextDocumentContentChangeEvent[],
  version: number,
): TextDocument {
  if (!(document instanceof TrackedDocument)) {
    return TextDocument.update(document, changes, version);
  }
  document.edit(changes, version);
  return document;
}
