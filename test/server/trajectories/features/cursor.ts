import type { Position, Range, TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TrackedDocument } from '../../../../server/src/trajectories/document/trackedDocument.ts';

/** A document from a text in which `‸` marks the cursor (twice: a selection). */
export function open(
  marked: string,
  { name = 'a.txt', format }: { name?: string; format?: string } = {},
): { document: TrackedDocument; position: Position; range: Range } {
  const [before = '', ...rest] = marked.split('‸');
  const text = before + rest.join('');
  const uri = `file:///project/${name}`;
  const options = { fileName: name, ...(format !== undefined && { format }) };
  const document = new TrackedDocument(uri, 'trajectory-text', { version: 1, text }, options);
  const position = document.positionAt(before.length);
  const end = document.positionAt(before.length + (rest.length > 1 ? rest[0]!.length : 0));
  return { document, position, range: { start: position, end } };
}

/** The text after edits. */
export function edited(document: TextDocument, edits: readonly TextEdit[] | null): string {
  const plain = TextDocument.create('', '', 0, document.getText());
  return TextDocument.applyEdits(plain, [...(edits ?? [])]);
}

export const NEVER = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};
