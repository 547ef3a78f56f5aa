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

/** What the editor has on offer, by a built-in command; asked until it is there, as the server starts. */
export async function offered<T>(command: string, ...args: unknown[]): Promise<T[]> {
  return eventually(
    async () => (await vscode.commands.executeCommand<T[] | undefined>(command, ...args)) ?? [],
    (found) => found.length > 0,
  );
}

/** Asked until one of them is as wanted: what tokens and disk tell comes later than the rest. */
export function lensTitles(uri: vscode.Uri, wanted: (title: string) => boolean): Promise<string[]> {
  return eventually(
    async () => {
      const command = 'vscode.executeCodeLensProvider';
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(command, uri);
      return lenses.map((lens) => lens.command?.title ?? '');
    },
    (titles) => titles.some(wanted),
  );
}

export async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await offered<vscode.Hover>('vscode.executeHoverProvider', uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n');
}

/** Asked until one is there that is wanted: the editor offers words of the text before. */
export function completionLabels(
  uri: vscode.Uri,
  position: vscode.Position,
  wanted: string,
): Promise<string[]> {
  return eventually(
    async () => {
      const command = 'vscode.executeCompletionItemProvider';
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        command,
        uri,
        position,
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    },
    (labels) => labels.includes(wanted),
  );
}

/** Formats the document as the editor would. */
export async function format({ uri }: vscode.TextDocument): Promise<void> {
  const options = { tabSize: 2, insertSpaces: true };
  const edit = new vscode.WorkspaceEdit();
  edit.set(uri, await offered('vscode.executeFormatDocumentProvider', uri, options));
  await vscode.workspace.applyEdit(edit);
}
