import * as vscode from 'vscode';
import { freeName } from './configCommands.ts';

/** Copies the sample workspace to where the user wants it, and opens it. */
export async function createSample(context: vscode.ExtensionContext): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel: vscode.l10n.t('Create Sample Here'),
  });
  const parent = chosen?.[0];
  if (parent === undefined) return;
  const folder = await freeName(parent, 'deepcoder-sample', '');
  const source = vscode.Uri.joinPath(context.extensionUri, 'media', 'sample');
  await vscode.workspace.fs.copy(source, folder, { overwrite: false });
  await vscode.commands.executeCommand('vscode.openFolder', folder);
}
