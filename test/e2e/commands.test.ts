import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasTerminals } from '../vscode/prepareWorkbench.mjs';
import { writeSyntheticRuns } from '../vscode/support/syntheticRuns.mjs';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import {
  ENDLESS_CONFIG,
  openWorkbench,
  PATIENCE,
  SOON,
  type OpenWorkbench,
} from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'commands, by hand', PATIENCE, () => {
  let open: OpenWorkbench;
  let page: Page;
  let person: OpenWorkbench['person'];

  beforeAll(async () => {
    open = await openWorkbench({
      prepare: async (workspace) => {
        writeFileSync(path.join(workspace, 'deepcoder.yaml'), ENDLESS_CONFIG);
        mkdirSync(path.join(workspace, '.vscode'), { recursive: true });
        writeFileSync(
          path.join(workspace, 'broken.yaml'),
          'extends: quickstart\ntrain:\n  stepz: 4\n',
        );
        writeFileSync(
          path.join(workspace, 'served.yaml'),
          'extends: quickstart\ntokenizer: tok\nteacher: {type: vllm, model: a/b, launch: {command: [no-such-program]}}\n',
        );
        const task = {
          type: 'deepcoder',
          command: 'check',
          config: 'broken.yaml',
          label: 'check broken',
        };
        writeFileSync(
          path.join(workspace, '.vscode/tasks.json'),
          JSON.stringify({ version: '2.0.0', tasks: [{ ...task, problemMatcher: '$deepcoder' }] }),
        );
        await writeSyntheticRuns(workspace, [
          { name: 'structured', steps: 200, seed: 1 },
          { name: 'token-level', steps: 150, seed: 2 },
        ]);
      },
    });
    ({ page, person } = open);
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  // What one test leaves behind is not in the way of the next.
  afterEach(async () => {
    await page.keyboard.press('Escape');
    await person.command('View: Revert and Close Editor');
    await person.command('View: Close All Editors');
  }, PATIENCE.timeout);

  const text = () => page.locator('.editor-instance .view-lines').first().textContent();
  const plain = async () => (await text())?.replaceAll('\u00a0', ' ') ?? '';
  const runFolder = (name: string) => {
    const runs = path.join(open.workspace, 'runs');
    const found = readdirSync(runs).find((folder) => folder.startsWith(name));
    return path.join(runs, found ?? name);
  };
  test('commands for trajectories are offered on trajectories alone', async () => {
    await person.open('household.react');
    await page.locator('.editor-instance .codelens-decoration').first().waitFor();
    expect(await person.isOffered('DeepCoder: Convert Trajectory')).toBe(true);
    expect(await person.isOffered('DeepCoder: Stop Run')).toBe(false);
    await person.open('deepcoder.yaml');
    await expect.poll(() => person.isOffered('DeepCoder: Check Config'), SOON).toBe(true);
    expect(await person.isOffered('DeepCoder: Convert Trajectory')).toBe(false);
  });

  test('Convert Trajectory', async () => {
    await person.open('household.react');
    await person.command('DeepCoder: Convert Trajectory');
    await person.pick('chat');
    await expect.poll(plain, SOON).toMatch(/"role": ?"assistant"/);
  });

  test('Trajectory Statistics', async () => {
    await person.open('household.react');
    await person.command('DeepCoder: Trajectory Statistics');
    const preview = await person.webview('table');
    await expect.poll(() => preview.locator('body').textContent(), SOON).toMatch(/reasoning\s*6/);
  });

  test('Relabel Selection', async () => {
    await person.open('household.react');
    await person.goToLine(4);
    await page.keyboard.press('End');
    await person.command('DeepCoder: Relabel Selection');
    await person.pick('observation');
    await expect.poll(plain, SOON).toMatch(/Observation.*A mug is usually/);
    await person.command('File: Revert File');
  });

  test('keys go to the next step and to the next span of a kind', async () => {
    await person.open('household.react');
    await page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.goToLine(5);
    await page.keyboard.press('Control+Alt+n');
    await expect.poll(() => person.line(), SOON).toBe(8);
    await page.keyboard.press('Control+Alt+p');
    await expect.poll(() => person.line(), SOON).toBe(4);
    await page.keyboard.press('Control+Alt+Shift+n');
    await expect.poll(() => person.line(), SOON).toBe(8);
    await page.keyboard.press('Control+Alt+Shift+p');
    await expect.poll(() => person.line(), SOON).toBe(4);
  });

  test('New Trajectory', async () => {
    await person.command('DeepCoder: New Trajectory');
    await expect.poll(plain, SOON).toContain('Thought 1:');
  });

  test('New Config', async () => {
    await person.command('DeepCoder: New Config');
    await person.pick('quickstart');
    await expect.poll(plain, SOON).toContain('extends: quickstart');
  });

  test('Check Set-up says what is installed', async () => {
    await person.command('DeepCoder: Check Set-up');
    const preview = await person.webview('h1');
    await expect.poll(() => preview.locator('body').textContent(), SOON).toContain('Node');
  });

  test('Report a Problem collects versions and no data', async () => {
    await person.command('DeepCoder: Report a Problem');
    await expect.poll(plain, SOON).toContain('## Versions');
    expect(await plain()).toMatch(/DeepCoder \d/);
    expect(await plain()).not.toContain('household');
  });

  test('Compare Runs lays two over each other', async () => {
    await person.command('DeepCoder: Compare Runs');
    await person.pick('structured');
    await person.pick('token-level');
    await page.keyboard.press('Enter');
    const panel = await person.webview('.runs-table');
    expect(await panel.locator('h1').textContent()).toMatch(
      /structured and token-level|token-level and structured/,
    );
    await panel.locator('[data-chart="loss"] canvas').waitFor();
  });

  test('Check Config', async () => {
    await person.open('deepcoder.yaml');
    await person.command('DeepCoder: Check Config');
    await expect
      .poll(async () => (await page.locator('.view-lines').allTextContents()).join(' '), SOON)
      .toMatch(/parameters/);
  });

  test('Compare Config with Preset', async () => {
    await person.open('deepcoder.yaml');
    await person.command('DeepCoder: Compare Config with Preset');
    await person.pick('quickstart');
    await page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
  });

  test('Run Train on a config with errors says so, and leaves no panel behind', async () => {
    await person.open('broken.yaml');
    await person.command('DeepCoder: Run Train');
    const notice = page
      .locator('.notification-list-item')
      .filter({ hasText: 'broken.yaml: train.stepz' });
    await notice.first().waitFor();
    const tabs = () => page.locator('.tab').allTextContents();
    await expect.poll(tabs, SOON).toEqual([expect.stringContaining('broken.yaml')]);
    await person.closeNotifications();
  });

  test('Run Train with Options takes other keys, and is told of once when it is done', async () => {
    await person.open('deepcoder.yaml');
    await person.command('DeepCoder: Run Train with Options');
    await person.pick('cpu');
    await person.asked('2 of 4');
    await person.pick('As in the config');
    await person.asked('3 of 4');
    await person.pick('As in the config');
    await person.asked('4 of 4');
    const input = page.locator('.quick-input-widget input[type=text]');
    await input.fill('train.steps=3 run.name=brief');
    await page.keyboard.press('Enter');
    await person.webview('[data-chart="loss"]');
    const notice = page
      .locator('.notification-list-item')
      .filter({ hasText: 'brief has finished' });
    await notice.first().waitFor();
    expect(await notice.count()).toBe(1);
    expect(readFileSync(path.join(runFolder('brief'), 'config.yaml'), 'utf8')).toMatch(
      /steps: 3\b/,
    );
  });

  test('Pause, Continue, Checkpoint and Stop, with the badge and the status bar', async () => {
    await person.open('deepcoder.yaml');
    await person.command('DeepCoder: Run Train');
    const panel = await person.webview('[data-chart="loss"]');
    const state = () => panel.locator('.state').first().textContent();
    await expect
      .poll(() => page.locator('.activitybar .badge-content').allTextContents(), SOON)
      .toContain('1');
    const bar = page.locator('.statusbar-item').filter({ hasText: 'tiny' });
    await expect.poll(() => bar.textContent(), SOON).toMatch(/loss .*tok\/s/);
    await person.command('DeepCoder: Pause Run');
    await expect.poll(state, SOON).toBe('paused');
    await person.command('DeepCoder: Continue Paused Run');
    await expect.poll(state, SOON).toBe('running');
    await person.command('DeepCoder: Checkpoint Now');
    const checkpoints = path.join(runFolder('tiny'), 'checkpoints');
    await expect
      .poll(() => existsSync(checkpoints) && readdirSync(checkpoints).length, SOON)
      .toBe(1);
    await person.command('DeepCoder: Stop Run');
    await expect.poll(state, SOON).toBe('stopped');
    await expect.poll(() => bar.count(), SOON).toBe(0);
    await expect.poll(() => person.isOffered('DeepCoder: Stop Run'), SOON).toBe(false);
  });

  test('Resume goes on from the newest checkpoint', async () => {
    // The only one that can go on: nobody is asked which.
    await person.command('DeepCoder: Resume Run from Its Newest Checkpoint');
    const panel = await person.webview('[data-chart="loss"]');
    const state = () => panel.locator('.state').first().textContent();
    await expect.poll(state, SOON).toBe('running');
    await person.command('DeepCoder: Stop Run');
    await expect.poll(state, SOON).toBe('stopped');
  });

  test('Open Log shows what the trainer has said', async () => {
    await person.command('DeepCoder: Open Log');
    await person.pick('tiny');
    await expect.poll(plain, SOON).toContain('executor onnx');
  });

  test.skipIf(!hasTerminals())('Play an Episode shows how a game went', async () => {
    await person.command('DeepCoder: Play an Episode');
    await person.pick('tiny');
    await expect.poll(plain, SOON).toMatch(/Task: .*Action/);
  });

  test.skipIf(!hasTerminals())(
    'Start Teacher, Show Teachers and Stop Teachers work in a terminal',
    async () => {
      const terminal = page.locator('.terminal-wrapper.active .xterm-rows');
      const said = async () => (await terminal.textContent())?.replaceAll('\u00a0', ' ') ?? '';
      await person.open('served.yaml');
      await person.command('DeepCoder: Start Teacher');
      await expect.poll(said, SOON).toMatch(/no-such-program cannot be started/);
      for (const command of ['Show', 'Stop']) {
        await person.command(`DeepCoder: ${command} Teachers`);
        await expect.poll(said, SOON).toMatch(/no server was started here/);
        await person.command('Terminal: Kill the Active Terminal Instance');
      }
    },
  );

  test.skipIf(!hasTerminals())(
    'Run Train on… goes where the user says, and jobs stand in the view',
    async () => {
      const terminal = page.locator('.terminal-wrapper.active .xterm-rows');
      const said = async () => (await terminal.textContent())?.replaceAll('\u00a0', ' ') ?? '';
      const folder = path.join(open.workspace, '.deepcoder/jobs/far-1');
      mkdirSync(folder, { recursive: true });
      const launch = { on: 'slurm' };
      const record = { version: 1, name: 'far', config: 'deepcoder.yaml', target: 'big', launch };
      const more = { since: '2026-01-01T00:00:00Z', handle: '7', dir: 'runs', parts: 1 };
      writeFileSync(path.join(folder, 'job.json'), JSON.stringify({ ...record, ...more }));
      await person.open('deepcoder.yaml');
      await person.command('DeepCoder: Run Train on');
      await person.pick('slurm');
      await expect.poll(said, SOON).toMatch(/slurm: there is no sbatch on the PATH/);
      await person.command('Terminal: Kill the Active Terminal Instance');
      await person.command('DeepCoder: Focus on Runs View');
      const row = page.getByRole('treeitem', {
        name: /^far-1, big · not known \(slurm: there is no squeue/,
      });
      await row.waitFor({ timeout: SOON.timeout });
    },
  );

  test.skipIf(!hasTerminals())(
    'a task of tasks.json puts its problems where they are',
    async () => {
      await person.command('Tasks: Run Task');
      await person.pick('check broken');
      const problem = page.getByRole('treeitem', { name: /there is no such key/ });
      // Its terminal comes to the front when it starts, and takes the problems' place.
      const look = async (): Promise<string> => {
        await page.getByRole('tab', { name: /^Problems/ }).click();
        await problem.dblclick({ timeout: 2000 }).catch(() => undefined);
        return page.title();
      };
      await expect.poll(look, SOON).toMatch(/\] broken\.yaml/);
    },
  );
});
