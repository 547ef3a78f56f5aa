import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export const extension = vscode.extensions.getExtension('deepcoder.deepcoder')!;

suite('activation', () => {
  test('the extension is there and becomes active', async () => {
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test('every command of the manifest is registered', async () => {
    await extension.activate();
    const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands
      .map(({ command }) => command)
      .filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
