import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './support.ts';

interface Manifest {
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, { default?: unknown; description?: string }> };
  };
}

suite('activation', () => {
  test('takes less than 150 ms, and waits for no server', async () => {
    const startMs = performance.now();
    await extension.activate();
    const tookMs = performance.now() - startMs;
    console.log(`activation: ${Math.round(tookMs)} ms`);
    assert.equal(extension.isActive, true);
    assert.ok(tookMs < 150, `${tookMs} ms`);
  });

  test('every command of the manifest is registered, under a readable title', async () => {
    const { commands } = (extension.packageJSON as Manifest).contributes;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commands.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
    assert.deepEqual(
      commands.map(({ title }) => title).filter((title) => title.startsWith('%')),
      [],
    );
  });

  test('settings have the defaults of the schema', () => {
    const { properties } = (extension.packageJSON as Manifest).contributes.configuration;
    const settings = vscode.workspace.getConfiguration();
    assert.ok(Object.keys(properties).length > 5);
    for (const [name, property] of Object.entries(properties)) {
      assert.deepEqual(settings.get(name), property.default, name);
      assert.ok(property.description !== undefined, name);
    }
  });
});
