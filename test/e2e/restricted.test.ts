import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'a workspace that is not trusted', PATIENCE, () => {
  let open: OpenWorkbench;

  beforeAll(async () => {
    open = await openWorkbench({ trusted: false });
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  test('is read: colours, the outline’s lens, the inspector', async () => {
    const { person, page } = open;
    await person.open('household.react');
    const lenses = page.locator('.editor-instance .codelens-decoration');
    await expect
      .poll(() => lenses.allTextContents(), SOON)
      .toContainEqual(expect.stringContaining('6 steps'));
    await person.openWith('tools.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    expect(await inspector.locator('.record .span').count()).toBeGreaterThan(5);
    // Counting starts the trainer's service.
    await inspector.getByRole('button', { name: 'Tokens' }).click();
    await expect.poll(() => inspector.locator('.tokens').textContent(), SOON).toMatch(/trust/i);
  });

  test('offers nothing that starts a program, and says why', async () => {
    const { person, page } = open;
    await person.command('View: Show DeepCoder');
    const welcome = page.locator('.welcome-view-content');
    await expect
      .poll(() => welcome.allTextContents(), SOON)
      .toContainEqual(expect.stringContaining('until you trust this workspace'));
    await person.open('deepcoder.yaml');
    for (const title of ['Run Train', 'Evaluate Run', 'Play an Episode', 'Check Config'])
      expect(await person.isOffered(`DeepCoder: ${title}`), title).toBe(false);
    expect(existsSync(path.join(open.workspace, 'runs'))).toBe(false);
  });
});
