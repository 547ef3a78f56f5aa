import * as vscode from 'vscode';
import type { StudentServers } from './studentServers.ts';

/** Which students are served; a click offers what can be done with them. */
export function createServingStatus(servers: StudentServers): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'deepcoder.serving',
    vscode.StatusBarAlignment.Left,
    4,
  );
  item.name = vscode.l10n.t('DeepCoder Serving');
  item.command = 'deepcoder.servedStudents';
  const update = (): void => {
    const all = servers.all();
    void vscode.commands.executeCommand('setContext', 'deepcoder.servedStudents', all.length);
    const [first] = all;
    if (first === undefined) {
      item.hide();
      return;
    }
    const more = all.length > 1 ? `  +${all.length - 1}` : '';
    item.text = `$(broadcast) ${first.name}${more}`;
    item.tooltip = all.map(({ name, url }) => `${name}: ${url}/v1`).join('\n');
    item.accessibilityInformation = { label: vscode.l10n.t('Served: {0}', item.tooltip) };
    item.show();
  };
  return vscode.Disposable.from(item, servers.onChange(update));
}
