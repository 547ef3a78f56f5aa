import * as vscode from 'vscode';
import { COMMANDS } from './manifest/commands.ts';

/** In an editor without Node files are coloured by the grammars; all else says what it needs. */
export function activate(context: vscode.ExtensionContext): void {
  for (const command of Object.keys(COMMANDS))
    context.subscriptions.push(vscode.commands.registerCommand(command, sayWhatIsNeeded));
}

function sayWhatIsNeeded(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'In a browser alone, trajectories are only coloured. Checks, the inspector and training need Node: open this folder in VS Code on a machine, or on a remote one.',
    ),
  );
}
