import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'a folder that lies on no disk', () => {
  describe.each(['node', 'browser'] as const)('with the extension in %s', (host) => {
    let open: OpenWorkbench;

    beforeAll(async () => {
      open = await openWorkbench({ isVirtual: true, host });
    }, PATIENCE.timeout);

    afterAll(() => open.close());

    test('trajectories are coloured by the grammar', PATIENCE, async () => {
      const { page } = open;
      await page.locator('.explorer-viewlet').getByText('walk.react').dblclick();
      const colours = () =>
        page.evaluate<number>(
          `new Set([...document.querySelectorAll('.editor-instance .view-line span span')].map((span) => getComputedStyle(span).color)).size`,
        );
      await expect.poll(() => page.getByText('Trajectory (text)').count(), SOON).toBeGreaterThan(0);
      await expect.poll(colours, SOON).toBeGreaterThan(3);
    });

    test('what needs a disk says so', PATIENCE, async () => {
      const { page, person } = open;
      await person.command('DeepCoder: Run Train');
      const said = page
        .locator('.notification-toast')
        .filter({ hasText: 'needs Node and a folder' });
      await expect.poll(() => said.count(), SOON).toBe(1);
      expect(await page.getByText(/failed|Error/).count()).toBe(0);
    });

    test('the view of runs says so too', PATIENCE, async () => {
      const { page, person } = open;
      await person.command('View: Show DeepCoder');
      const welcome = page
        .locator('.welcome-view-content')
        .filter({ hasText: 'only coloured here' });
      await expect.poll(() => welcome.count(), SOON).toBe(1);
      expect(await page.locator('.welcome-view-content').getByText('Run Train').count()).toBe(0);
    });

    test('the inspector says so, and is not left empty', PATIENCE, async () => {
      const { person } = open;
      await person.openWith('walk.react', 'Trajectory Inspector');
      const inspector = await person.webview('p');
      expect(await inspector.locator('p').textContent()).toContain('needs Node and a folder');
    });
  });
});
