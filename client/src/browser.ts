import * as vscode from 'vscode';
import { COMMANDS } from './manifest/commands.ts';
import { sayWhatIsNeeded } from './withoutDisk.ts';

/** In an editor without Node files are coloured by the grammars; all else says what it needs. */
export function activate(context: vscode.ExtensionContext): void {
  void vscode.commands.executeCommand('setContext', 'deepcoder.isWithoutNode', true);
  for (const command of Object.keys(COMMANDS))
    context.subscriptions.push(vscode.commands.registerCommand(command, sayWhatIsNeeded));
}
