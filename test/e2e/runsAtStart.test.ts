import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, deepcoderIn, until, type Started } from '../support/deepcoderProgram.ts';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import {
  ENDLESS_CONFIG,
  openWorkbench,
  PATIENCE,
  SOON,
  type OpenWorkbench,
} from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'a training that goes on', PATIENCE, () => {
  let open: OpenWorkbench;
  let training: Started;

  beforeAll(async () => {
    await buildProgram();
    open = await openWorkbench({
      prepare: async (workspace) => {
        writeFileSync(path.join(workspace, 'mine.yaml'), ENDLESS_CONFIG);
        // What git ignores, searches of the editor pass over.
        mkdirSync(path.join(workspace, '.git'));
        writeFileSync(path.join(workspace, '.gitignore'), 'runs/\n');
        training = deepcoderIn(workspace).start('train', 'mine.yaml');
        await until(training, () => hasSteps(path.join(workspace, 'runs')));
      },
    });
  }, PATIENCE.timeout);

  afterAll(async () => {
    training.child.kill('SIGKILL');
    await open.close();
  }, PATIENCE.timeout);

  const runFolder = () => {
    const runs = path.join(open.workspace, 'runs');
    return path.join(
      runs,
      readdirSync(runs).find((name) => name.startsWith('tiny'))!,
    );
  };
  const statusBar = () => open.page.locator('.statusbar-item').filter({ hasText: 'tiny' });

  test('is in the status bar and on the badge, though no view was opened', async () => {
    await expect.poll(() => statusBar().textContent(), SOON).toMatch(/tiny.*loss/);
    await expect
      .poll(() => open.page.locator('.activitybar .badge-content').allTextContents(), SOON)
      .toContain('1');
  });

  test('is not started twice without a question', async () => {
    await open.person.open('mine.yaml');
    await open.person.command('DeepCoder: Run Train');
    const dialog = open.page.locator('.monaco-dialog-box');
    await expect.poll(() => dialog.textContent(), SOON).toMatch(/tiny trains already, at step \d+/);
    await dialog.getByText('Cancel').click();
    expect(await open.page.locator('.tab').count()).toBe(1);
  });

  test('is told of when it dies, with what can be gone on from', async () => {
    await open.person.command('DeepCoder: Checkpoint Now');
    const checkpoints = path.join(runFolder(), 'checkpoints');
    await expect
      .poll(() => existsSync(checkpoints) && readdirSync(checkpoints).length, SOON)
      .toBe(1);
    await open.person.command('DeepCoder: Open Metrics');
    await open.person.pick('tiny');
    const panel = await open.person.webview('.facts');
    training.child.kill('SIGKILL');
    const notice = open.page
      .locator('.notification-list-item')
      .filter({ hasText: 'ended without a word (killed?). Its newest checkpoint is of step' });
    await notice.first().waitFor();
    await expect.poll(() => statusBar().count(), SOON).toBe(0);
    const problem = panel.locator('.problem').first();
    await expect.poll(() => problem.textContent(), SOON).toContain('ended without a word');
    expect(await panel.locator('.problem + details').count()).toBe(1);
    const buttons = () => panel.locator('.actions button').allTextContents();
    await expect.poll(buttons, SOON).toEqual(['Resume', 'Log', 'Compare…', 'Delete…']);
    await notice.first().getByText('Resume').click();
    await expect.poll(() => panel.locator('.state').first().textContent(), SOON).toBe('running');
    await open.person.command('DeepCoder: Stop Run');
    await expect.poll(() => panel.locator('.state').first().textContent(), SOON).toBe('stopped');
    await expect.poll(buttons, SOON).toEqual(['Resume', 'Merge', 'Compare…', 'Delete…']);
  });
});

function hasSteps(runs: string): boolean {
  const folders = existsSync(runs) ? readdirSync(runs) : [];
  return folders.some((folder) => {
    const metrics = statSync(path.join(runs, folder, 'metrics.jsonl'), { throwIfNoEntry: false });
    return (metrics?.size ?? 0) > 0;
  });
}
