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
  test('takes less than 150 ms of the processor, and waits for no server', async () => {
    const before = process.cpuUsage();
    const startMs = performance.now();
    await extension.activate();
    const tookMs = performance.now() - startMs;
    // Not the clock's: other programs may run at the same time.
    const { user, system } = process.cpuUsage(before);
    const usedMs = (user + system) / 1000;
    console.log(`activation: ${Math.round(usedMs)} ms, by the clock ${Math.round(tookMs)} ms`);
    assert.equal(extension.isActive, true);
    assert.ok(usedMs < 150, `${usedMs} ms`);
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
