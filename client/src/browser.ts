import * as vscode from 'vscode';
import { COMMANDS } from './manifest/commands.ts';
import { DEFAULT_INSPECTOR, INSPECTOR } from './manifest/views.ts';
import { pageOfWhatIsNeeded, sayWhatIsNeeded } from './withoutDisk.ts';

/** In an editor without Node files are coloured by the grammars; all else says what it needs. */
export function activate(context: vscode.ExtensionContext): void {
  void vscode.commands.executeCommand('setContext', 'deepcoder.isWithoutNode', true);
  for (const command of Object.keys(COMMANDS))
    context.subscriptions.push(vscode.commands.registerCommand(command, sayWhatIsNeeded));
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor(_, { webview }) {
      webview.html = pageOfWhatIsNeeded();
    },
  };
  for (const type of [INSPECTOR, DEFAULT_INSPECTOR])
    context.subscriptions.push(vscode.window.registerCustomEditorProvider(type, provider));
}
