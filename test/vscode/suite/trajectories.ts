import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, fileOf, hoverText, show } from './support.ts';

suite('trajectories', () => {
  test('are coloured by kind', async () => {
    const { document } = await show('household.react');
    assert.equal(document.languageId, 'trajectory-text');
    const legend = await eventually(
      () =>
        vscode.commands.executeCommand<vscode.SemanticTokensLegend | undefined>(
          'vscode.provideDocumentSemanticTokensLegend',
          document.uri,
        ),
      (found) => found !== undefined,
    );
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      document.uri,
    );
    const kinds = new Set<string>();
    for (let i = 3; i < tokens.data.length; i += 5)
      kinds.add(legend!.tokenTypes[tokens.data[i]!] ?? '');
    assert.deepEqual([...kinds].sort(), ['action', 'observation', 'reasoning', 'task']);
  });

  test('have an outline, folds and hovers', async () => {
    const { document } = await show('household.react');
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.equal(symbols.length, 1);
    assert.ok(symbols[0]!.children.length >= 6);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.ok(folds.length > 0);
    const text = await hoverText(document.uri, new vscode.Position(3, 20));
    assert.match(text, /reasoning/i);
  });

  test('keys go to the next step and back', async () => {
    const editor = await show('household.react');
    editor.selection = new vscode.Selection(4, 0, 4, 0);
    await vscode.commands.executeCommand('deepcoder.nextStep');
    const second = editor.selection.active.line;
    await vscode.commands.executeCommand('deepcoder.nextStep');
    const third = editor.selection.active.line;
    assert.deepEqual(
      [second, third].map((line) => line > 4),
      [true, true],
    );
    assert.ok(third > second);
    await vscode.commands.executeCommand('deepcoder.previousStep');
    assert.equal(editor.selection.active.line, second);
  });

  test('a call leads to its result', async () => {
    const { document } = await show('tools.traj.jsonl');
    const offset = document.getText().indexOf('find_order');
    const targets = await eventually(
      () =>
        vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
          'vscode.executeDefinitionProvider',
          document.uri,
          document.positionAt(offset + 2),
        ),
      (found) => found.length > 0,
    );
    const [target] = targets;
    const range = 'targetRange' in target! ? target.targetRange : target!.range;
    assert.match(document.getText(range), /shipped/);
  });

  test('a new one is a draft that the server knows', async () => {
    await vscode.commands.executeCommand('deepcoder.newTrajectory');
    const { document } = vscode.window.activeTextEditor!;
    assert.equal(document.languageId, 'trajectory-text');
    assert.match(
      document.getText(),
      /^Task: .+\nThought 1: .+\nAction 1: .+\nObservation 1: .+\n$/,
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('files beside them that are none stay what they are', async () => {
    await vscode.workspace.fs.writeFile(fileOf('plain.json'), Buffer.from('{"a": [1, 2]}\n'));
    const { document } = await show('plain.json');
    assert.equal(document.languageId, 'json');
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });
});
