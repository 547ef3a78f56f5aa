import path from 'node:path';
import * as vscode from 'vscode';
import { LARGEST_TEXT } from './showInText.ts';

const TRAJECTORY_NAMES = /\.(traj|jsonl?|react|txt)$/;

/** VS Code gives extensions no text this large: the inspector, which reads it, is offered instead. */
export function offerInspectorForLargeFiles(): vscode.Disposable {
  const offered = new Set<string>();
  const look = async (tab: vscode.Tab) => {
    if (!(tab.input instanceof vscode.TabInputText)) return;
    const { uri } = tab.input;
    if (uri.scheme !== 'file' || !TRAJECTORY_NAMES.test(uri.path)) return;
    if (offered.has(uri.toString())) return;
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size <= LARGEST_TEXT || offered.has(uri.toString())) return;
    offered.add(uri.toString());
    const open = vscode.l10n.t('Open Trajectory Inspector');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is too large for a coloured text.', path.basename(uri.fsPath)),
      open,
    );
    if (chosen === open) await vscode.commands.executeCommand('deepcoder.openInspector', uri);
  };
  return vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    for (const tab of opened) void look(tab).catch(() => undefined);
  });
}
