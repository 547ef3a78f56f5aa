import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, deepcoderIn } from '../support/deepcoderProgram.ts';
import { violations } from '../support/accessibility.ts';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import {
  BRIEF_CONFIG,
  openWorkbench,
  PATIENCE,
  SOON,
  type OpenWorkbench,
} from './openWorkbench.ts';

const reason = whyNoWorkbench();

describe.skipIf(reason !== null)(reason ?? 'a student that is served', PATIENCE, () => {
  let open: OpenWorkbench;
  let url: string;

  beforeAll(async () => {
    await buildProgram();
    open = await openWorkbench({
      prepare: async (workspace) => {
        writeFileSync(path.join(workspace, 'deepcoder.yaml'), BRIEF_CONFIG);
        const trained = await deepcoderIn(workspace).run('train', 'deepcoder.yaml');
        expect(trained).toMatchObject({ code: 0 });
      },
    });
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  const status = () => open.page.locator('.statusbar-item[id$="deepcoder.serving"]');
  const answers = () =>
    fetch(`${url}/models`).then(
      ({ ok }) => ok,
      () => false,
    );

  test('Serve Student loads it and says where it is', async () => {
    await open.person.command('DeepCoder: Serve Student');
    await open.person.pick('brief');
    const notice = open.page.locator('.notification-toast').filter({ hasText: 'is served at' });
    const text = (await notice.textContent(SOON)) ?? '';
    url = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(text)![0];
    expect(await answers()).toBe(true);
    await expect.poll(() => status().textContent(), SOON).toContain('brief');
  });

  test('Chat with Student shows what it says as it comes', async () => {
    await open.person.command('DeepCoder: Chat with Student');
    await open.person.pick('brief');
    const chat = await open.person.webview('.messages');
    expect(await chat.locator('.place').textContent()).toContain('no chat template');
    await chat.locator('textarea').fill('Task: put the plate on the table.');
    await chat.locator('textarea').press('Enter');
    const said = chat.locator('.assistant pre').last();
    await expect.poll(() => said.textContent(), SOON).toMatch(/\w{2}/);
    await expect.poll(() => chat.getByText('Send').isEnabled(), SOON).toBe(true);
    expect(await chat.locator('.user').textContent()).toContain('put the plate');
    expect(await violations(chat)).toEqual([]);
    await picture('chat-light', 'Light Modern');
    await picture('chat-dark', 'Dark Modern');
    await chat.getByText('New Chat').click();
    await expect.poll(() => chat.locator('.messages li').count(), SOON).toBe(0);
  });

  /** For whoever wants to look at it. */
  async function picture(name: string, theme: string): Promise<void> {
    const folder = process.env['DEEPCODER_PICTURES'] ?? '';
    if (folder === '') return;
    mkdirSync(folder, { recursive: true });
    await open.person.command('Preferences: Color Theme');
    await open.page.locator('.quick-input-widget input[type=text]').fill(theme);
    await open.person.pick(theme);
    await open.person.settle();
    await open.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  test('the status bar offers to stop it, and its process ends', async () => {
    await status().click();
    await open.person.pick('Stop Serving');
    await expect.poll(() => status().count(), SOON).toBe(0);
    await expect.poll(answers, SOON).toBe(false);
    const chat = await open.person.webview('.messages');
    await chat.locator('textarea').fill('Task: look.');
    await chat.getByText('Send').click();
    await expect
      .poll(() => chat.locator('.problem').textContent(), SOON)
      .toContain('not served any more');
  });
});
