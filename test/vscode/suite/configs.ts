import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { completionLabels, eventually, fileOf, show } from './support.ts';

suite('configs', () => {
  test('a wrong key has a squiggle, and a fix that takes it away', async () => {
    const uri = fileOf('wrong.deepcoder.yaml');
    await vscode.workspace.fs.writeFile(
      uri,
      Buffer.from('extends: quickstart\ntrain:\n  stepz: 400\n'),
    );
    const { document } = await show('wrong.deepcoder.yaml');
    const [problem] = await eventually(
      () => vscode.languages.getDiagnostics(uri),
      (found) => found.length > 0,
    );
    assert.match(problem!.message, /stepz/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      problem!.range,
    );
    const fix = actions.find(({ title }) => title.includes('steps'));
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    await vscode.workspace.applyEdit(fix.edit);
    await eventually(
      () => vscode.languages.getDiagnostics(uri),
      (found) => found.length === 0,
    );
    assert.match(document.getText(), /steps: 400/);
    await document.save();
  });

  test('keys are completed, with what they mean', async () => {
    const { document } = await show('deepcoder.yaml');
    const end = new vscode.Position(document.lineCount - 1, 0);
    const labels = await completionLabels(document.uri, end, 'train');
    for (const key of ['loss', 'weights', 'eval']) assert.ok(labels.includes(key), key);
  });

  test('a config and its preset can be looked at side by side', async () => {
    const { document } = await show('deepcoder.yaml');
    await vscode.commands.executeCommand('deepcoder.compareWithPreset', {
      uri: document.uri.toString(),
      preset: 'quickstart',
    });
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab!;
    assert.ok(tab.input instanceof vscode.TabInputTextDiff);
    const resolved = await vscode.workspace.openTextDocument(tab.input.modified);
    assert.match(resolved.getText(), /name: household/);
    assert.match(resolved.getText(), /hidden_size: 128/);
  });
});
