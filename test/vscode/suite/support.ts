import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export const extension = vscode.extensions.getExtension('deepcoder.deepcoder')!;

/** A file of the workspace. */
export function fileOf(name: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
}

/** Shows a file of the workspace in a text editor. */
export async function show(name: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(fileOf(name));
  return vscode.window.showTextDocument(document);
}

/** Waits until a value is there that is wanted; the last one is told when it never comes. */
export async function eventually<T>(
  read: () => T | Thenable<T>,
  isWanted: (value: T) => boolean,
  withinMs = 50_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > until) assert.fail(`never came; at last ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
