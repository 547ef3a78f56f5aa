import path from 'node:path';
import type { RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { deepCoderTask } from '../tasks/deepCoderTask.ts';

/** One game of the run's student, in a terminal; how it went is shown as a trajectory. */
export async function playEpisode({ folder }: RunInfo): Promise<void> {
  const played = vscode.Uri.file(path.join(folder, 'played'));
  // Another game each time.
  const seed = Date.now() % 1_000_000;
  const task = await deepCoderTask(
    {
      type: 'deepcoder',
      command: 'play',
      run: folder,
      args: ['--games', '1', '--seed', String(seed), '--save', played.fsPath],
    },
    { scope: vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) },
  );
  const execution = await vscode.tasks.executeTask(task);
  const listening = vscode.tasks.onDidEndTaskProcess(async (ended) => {
    if (ended.execution !== execution) return;
    listening.dispose();
    const file = ended.exitCode === 0 ? await newestIn(played) : null;
    if (file !== null) await vscode.window.showTextDocument(file, { preview: true });
  });
}

async function newestIn(folder: vscode.Uri): Promise<vscode.Uri | null> {
  const files = (await vscode.workspace.fs.readDirectory(folder))
    .filter(([, type]) => type === vscode.FileType.File)
    .map(([name]) => vscode.Uri.joinPath(folder, name));
  const dated = await Promise.all(
    files.map(async (uri) => ({ uri, ...(await vscode.workspace.fs.stat(uri)) })),
  );
  return dated.sort((a, b) => b.mtime - a.mtime)[0]?.uri ?? null;
}
