import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import type { Formats } from '../formats/formats.ts';
import { TrackedDocument } from './trackedDocument.ts';

/** YAML is a plain text for the configs' features; all else may be a trajectory. */
export function documentCreator({ optionsOf }: Formats) {
  return (uri: string, languageId: string, version: number, text: string): TextDocument => {
    if (languageId === 'yaml' || /\.ya?ml$/i.test(uri)) {
      return TextDocument.create(uri, languageId, version, text);
    }
    return new TrackedDocument(uri, languageId, { version, text }, optionsOf(fileOf(uri)));
  };
}

/** Path by which a document is looked up in the settings, also of one that is not on the disk. */
export function fileOf(uri: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : parsed.path;
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
