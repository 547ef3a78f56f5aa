import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extension, fileOf, show } from './support.ts';

suite('restricted mode', () => {
  test('trajectories are read', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const { document } = await show('household.react');
    const symbols = await eventually(
      () =>
        vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
          'vscode.executeDocumentSymbolProvider',
          document.uri,
        ),
      (found) => found !== undefined && found.length > 0,
    );
    assert.equal(symbols?.length, 1);
  });

  test('nothing is launched', async () => {
    await extension.activate();
    await show('deepcoder.yaml');
    await vscode.commands.executeCommand('deepcoder.runTrain');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await assert.rejects(async () => vscode.workspace.fs.stat(fileOf('runs')));
  });

  test('a program that the workspace names is not used', () => {
    const settings = vscode.workspace.getConfiguration('deepcoder');
    assert.equal(settings.get('trainer.programPath'), '');
    assert.equal(settings.get('trainer.nodePath'), '');
  });
});
