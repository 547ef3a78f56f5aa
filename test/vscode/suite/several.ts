import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { WORKSPACE_NOT_READ } from '../support/workspaceNotRead.ts';
import { BRIEF_CONFIG, finishedRun } from './briefRun.ts';
import { eventually } from './support.ts';

const folders = () => vscode.workspace.workspaceFolders ?? [];

suite('several folders', () => {
  suiteSetup(async () => {
    const isRead = eventually(
      () => folders().length,
      (count) => count === 2,
      20_000,
    );
    await isRead.catch(() => assert.fail(WORKSPACE_NOT_READ));
  });

  test('each config is a task of its own folder', async () => {
    assert.deepEqual(
      folders().map(({ name }) => name),
      ['sample', 'other'],
    );
    const tasks = await vscode.tasks.fetchTasks({ type: 'deepcoder' });
    const scopes = tasks.map(({ scope }) => (typeof scope === 'object' ? scope.name : scope));
    assert.deepEqual(scopes.sort(), ['other', 'sample']);
  });

  test('what is new begins in the folder of the active file', async () => {
    const other = folders()[1]!;
    await vscode.window.showTextDocument(vscode.Uri.joinPath(other.uri, 'household.react'));
    await vscode.commands.executeCommand('deepcoder.newTrajectory');
    const uri = vscode.window.activeTextEditor!.document.uri;
    assert.equal(path.dirname(uri.fsPath), other.uri.fsPath);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('a run lies in the folder of its config, and is seen', async function () {
    this.timeout(240_000);
    const other = folders()[1]!;
    const config = vscode.Uri.joinPath(other.uri, 'deepcoder.yaml');
    await vscode.workspace.fs.writeFile(config, Buffer.from(BRIEF_CONFIG));
    await vscode.window.showTextDocument(config);
    await vscode.commands.executeCommand('deepcoder.runTrain');
    await finishedRun(other.uri);
    assert.equal(existsSync(path.join(folders()[0]!.uri.fsPath, 'runs')), false);
  });
});
