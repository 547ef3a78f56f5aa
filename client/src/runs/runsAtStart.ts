import * as vscode from 'vscode';
import { isOnDisk } from '../withoutDisk.ts';
import type { RunStore } from './runStore.ts';

/**
 * Asks for runs where there are any, without a view that shows them: what trains is in the status bar as
 * long as its workspace is open. A workspace without runs costs a look at its folders, and no server.
 */
export function loadRunsAtStart(runs: RunStore): vscode.Disposable {
  const load = () => {
    if (!runs.isLoaded) void runs.refresh().catch(() => undefined);
  };
  const watchers = runFolders().map((folder) => {
    // A run that another program starts is the first one here.
    const files = new vscode.RelativePattern(folder, '*/run.json');
    return vscode.workspace.createFileSystemWatcher(files, false, true, true);
  });
  const listening = watchers.map((watcher) => watcher.onDidCreate(load));
  void anyIsThere(runFolders()).then((isThere) => {
    if (isThere) load();
  });
  return vscode.Disposable.from(...listening, ...watchers);
}

/** As the setting names them, from each workspace folder. */
function runFolders(): vscode.Uri[] {
  const roots = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => isOnDisk(uri));
  return roots.flatMap(({ uri }) => {
    const names = vscode.workspace.getConfiguration('deepcoder', uri).get<string[]>('runs.folders');
    return (names ?? []).map((name) => vscode.Uri.joinPath(uri, name));
  });
}

async function anyIsThere(folders: readonly vscode.Uri[]): Promise<boolean> {
  const found = await Promise.all(folders.map(isFolder));
  return found.includes(true);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.Directory;
  } catch {
    return false;
  }
}
