import { indexRecordRequest } from '@deepcoder/server-protocol';
import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ServerConnection } from '../serverConnection.ts';

/** From here on VS Code gives extensions no document. */
export const LARGEST_TEXT = 50 * 2 ** 20;

interface Place {
  uri: vscode.Uri;
  handle: number;
  record: number;
  /** -1: the record itself. */
  span: number;
}

/** Opens the text of a file where a span stands. */
export async function showInText(
  server: ServerConnection,
  { uri, handle, record, span }: Place,
): Promise<void> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > LARGEST_TEXT)
    throw new Error(
      vscode.l10n.t(
        'The editor opens no text over 50 MB; this file has {0} MB.',
        Math.round(size / 2 ** 20),
      ),
    );
  const found = await server.request(indexRecordRequest, { handle, record, maxCharacters: 0 });
  if (found === null) return;
  const before = await charactersBefore(uri.fsPath, found.byte);
  const { rawStart, rawEnd } = found.spans[span] ?? { rawStart: 0, rawEnd: 0 };
  const document = await vscode.workspace.openTextDocument(uri);
  const range = new vscode.Range(
    document.positionAt(before + rawStart),
    document.positionAt(before + rawEnd),
  );
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** UTF-16 units of the file's text before a byte. A mark of the byte order is not part of the text. */
async function charactersBefore(file: string, byte: number): Promise<number> {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(byte);
    await handle.read(bytes, 0, byte, 0);
    return new TextDecoder().decode(bytes).length;
  } finally {
    await handle.close();
  }
}

/** The byte at which a position of a document stands in its file. */
export function byteOf(document: vscode.TextDocument, position: vscode.Position): number {
  const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
  return Buffer.byteLength(before);
}
