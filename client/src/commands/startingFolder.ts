import * as vscode from 'vscode';
import { isOnDisk } from '../withoutDisk.ts';
import { activeFile } from './arguments.ts';

/**
 * The folder in which something new begins: that of the active file where there are several, else the
 * one that the user picks; null where none is open, undefined when none was picked.
 */
export async function startingFolder(): Promise<vscode.WorkspaceFolder | null | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => isOnDisk(uri));
  if (folders.length <= 1) return folders[0] ?? null;
  const file = activeFile();
  const here = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file);
  return here ?? vscode.window.showWorkspaceFolderPick();
}
