import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BRIEF_CONFIG, finishedRun } from './briefRun.ts';
import { eventually, extension, fileOf, show } from './support.ts';

suite('installed from its package', () => {
  test('lies in the extensions’ folder, with no checkout around', () => {
    const folder = process.env['DEEPCODER_EXTENSIONS']!;
    assert.equal(path.dirname(extension.extensionPath), folder);
    assert.equal(existsSync(path.join(folder, 'node_modules')), false);
    assert.equal(existsSync(path.join(extension.extensionPath, 'node_modules')), false);
  });

  test('is activated in less than 150 ms of the processor', async () => {
    const before = process.cpuUsage();
    await extension.activate();
    const { user, system } = process.cpuUsage(before);
    console.log(`activation: ${Math.round((user + system) / 1000)} ms`);
    assert.ok((user + system) / 1000 < 150);
  });

  test('colours a trajectory', async () => {
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

  test('trains with the native code that it brings along', async function () {
    this.timeout(240_000);
    await vscode.workspace.fs.writeFile(fileOf('deepcoder.yaml'), Buffer.from(BRIEF_CONFIG));
    await show('deepcoder.yaml');
    await vscode.commands.executeCommand('deepcoder.runTrain');
    await finishedRun(vscode.workspace.workspaceFolders![0]!.uri);
  });
});
