import path from 'node:path';
import * as vscode from 'vscode';
import { activeFile } from './arguments.ts';
import { findConfigs } from './findConfigs.ts';

const SECTION = 'deepcoder.trajectories';

/** Which training config counts for the trajectories of a workspace folder, as an interpreter is chosen. */
export async function chooseConfig(): Promise<void> {
  const file = activeFile();
  const folder = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file);
  if (folder === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('A config is chosen for a folder: open the folder in which the file lies.'),
    );
    return;
  }
  const settings = vscode.workspace.getConfiguration(SECTION, folder.uri);
  const now = settings.get<string>('config') ?? '';
  const nearest = {
    label: vscode.l10n.t('Nearest'),
    description: vscode.l10n.t('the nearest deepcoder.yaml above each file'),
    config: '',
  };
  const found = (await findConfigs()).filter(
    (uri) => vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder.uri.toString(),
  );
  const configs = found.map((uri) => {
    const label = path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join('/');
    return { label, description: '', config: label };
  });
  const picks = [nearest, ...configs].map((pick) =>
    pick.config === now ? { ...pick, detail: vscode.l10n.t('chosen now') } : pick,
  );
  const picked = await vscode.window.showQuickPick(picks, {
    placeHolder: vscode.l10n.t('Which config counts for the trajectories of {0}?', folder.name),
  });
  if (picked === undefined || picked.config === now) return;
  const value = picked.config === '' ? undefined : picked.config;
  await settings.update('config', value, vscode.ConfigurationTarget.WorkspaceFolder);
}
