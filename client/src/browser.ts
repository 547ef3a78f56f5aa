import * as vscode from 'vscode';
import { COMMANDS } from './manifest/commands.ts';
import { INSPECTOR } from './manifest/views.ts';
import { pageOfWhatIsNeeded, sayWhatIsNeeded } from './withoutDisk.ts';

/** In an editor without Node files are coloured by the grammars; all else says what it needs. */
export function activate(context: vscode.ExtensionContext): void {
  void vscode.commands.executeCommand('setContext', 'deepcoder.isWithoutNode', true);
  for (const command of Object.keys(COMMANDS))
    context.subscriptions.push(vscode.commands.registerCommand(command, sayWhatIsNeeded));
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider(INSPECTOR, {
      openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
      resolveCustomEditor(_, { webview }) {
        webview.html = pageOfWhatIsNeeded();
      },
    }),
  );
}
