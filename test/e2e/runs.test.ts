import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, deepcoderIn } from '../support/deepcoderProgram.ts';
import { hasTerminals } from '../vscode/prepareWorkbench.mjs';
import { writeSyntheticRuns } from '../vscode/support/syntheticRuns.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import {
  BRIEF_CONFIG,
  openWorkbench,
  PATIENCE,
  SOON,
  type OpenWorkbench,
} from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'what can be done with a run', PATIENCE, () => {
  let open: OpenWorkbench;

  beforeAll(async () => {
    await buildProgram();
    open = await openWorkbench({
      prepare: async (workspace) => {
        writeFileSync(path.join(workspace, 'deepcoder.yaml'), BRIEF_CONFIG);
        await writeSyntheticRuns(workspace, [
          { name: 'structured', steps: 200, seed: 1 },
          { name: 'too-fast', steps: 120, seed: 3, brokenAt: 118, state: 'failed' },
        ]);
        const trained = await deepcoderIn(workspace).run('train', 'deepcoder.yaml');
        expect(trained).toMatchObject({ code: 0 });
      },
    });
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  afterEach(async () => {
    await open.page.keyboard.press('Escape');
    await open.person.command('View: Close All Editors');
  }, PATIENCE.timeout);

  const inMenu = async (run: string, entry: string) => {
    await open.person.command('View: Show DeepCoder');
    await open.person.menu(open.person.runRow(run).first(), entry);
  };

  test('Open Report of a run shows its page', async () => {
    await open.person.command('DeepCoder: Open Report');
    const panel = await open.person.webview('.facts');
    expect(await panel.locator('h1').textContent()).toBe('brief');
  });

  test('Open Report of a run that has none yet shows what there is', async () => {
    await inMenu('structured', 'Open Report');
    const panel = await open.person.webview('.facts');
    expect(await panel.locator('h1').textContent()).toBe('structured');
  });

  test('Reveal shows the folder in the explorer', async () => {
    await inMenu('too-fast', 'Reveal Run’s Folder');
    const row = open.page.locator('.explorer-folders-view .monaco-list-row.selected');
    await expect.poll(() => row.textContent(), SOON).toBe('too-fast');
  });

  test.skipIf(!hasTerminals())('Evaluate measures in a terminal', async () => {
    await inMenu('brief', 'Evaluate Run');
    const terminal = open.page.locator('.terminal-wrapper.active .xterm-rows');
    await expect
      .poll(async () => (await terminal.textContent())?.replaceAll('\u00a0', ' ') ?? '', SOON)
      .toMatch(/held-out samples.*cross entropy/);
    await open.person.command('View: Hide Panel');
  });

  const finishedRuns = () =>
    readdirSync(path.join(open.workspace, 'runs')).filter((run) => run.startsWith('brief'));

  test('Train on This File takes the file as data, and the rest from the config that is picked', async () => {
    const before = finishedRuns();
    await open.person.open('household.react');
    await open.person.command('DeepCoder: Train on This File');
    await open.person.pick('deepcoder.yaml');
    const panel = await open.person.webview('[data-chart="loss"]');
    await expect.poll(() => panel.locator('.state').first().textContent(), SOON).toBe('finished');
    const [made] = finishedRuns().filter((run) => !before.includes(run));
    const config = readFileSync(path.join(open.workspace, 'runs', made!, 'config.yaml'), 'utf8');
    expect(config).toContain(`  train:\n    - ${path.join(open.workspace, 'household.react')}\n`);
  });

  test('Run Train where no config is open offers presets', async () => {
    await open.person.command('DeepCoder: Run Train');
    await open.person.pick('quickstart');
    const panel = await open.person.webview('[data-chart="loss"]');
    expect(await panel.locator('h1').textContent()).toBe('quickstart');
    await open.person.command('DeepCoder: Stop Run');
    await expect.poll(() => panel.locator('.state').first().textContent(), SOON).toBe('stopped');
  });

  test('Delete asks first, and takes the run away with its panel', async () => {
    const folder = path.join(open.workspace, 'runs/too-fast');
    const row = open.person.runRow('too-fast');
    await inMenu('too-fast', 'Open Metrics');
    await open.person.webview('.facts');
    const dialog = open.page.locator('.monaco-dialog-box');
    await inMenu('too-fast', 'Delete Run…');
    await dialog.getByText('Cancel').click();
    expect(existsSync(folder)).toBe(true);
    await inMenu('too-fast', 'Delete Run…');
    expect(await dialog.textContent()).toContain(folder);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => row.count(), SOON).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await expect
      .poll(() => open.page.locator('.tab').filter({ hasText: 'too-fast' }).count(), SOON)
      .toBe(0);
  });
});
