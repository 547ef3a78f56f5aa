import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, fileOf, show } from './support.ts';

suite('inspector', () => {
  test('opens from the text, and the text from it', async () => {
    await show('tools.traj.jsonl');
    await vscode.commands.executeCommand('deepcoder.openInspector');
    const input = await eventually(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.input,
      (found) => found instanceof vscode.TabInputCustom,
    );
    assert.equal((input as vscode.TabInputCustom).viewType, 'deepcoder.inspector');
    await vscode.commands.executeCommand('deepcoder.openAsText');
    const text = await eventually(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.input,
      (found) => found instanceof vscode.TabInputText,
    );
    assert.equal((text as vscode.TabInputText).uri.path, fileOf('tools.traj.jsonl').path);
  });
});
