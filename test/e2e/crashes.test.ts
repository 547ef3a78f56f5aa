import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

/** So often a client starts a server that crashes. */
const GIVEN_UP_AFTER = 5;

describe.skipIf(reason !== null)(reason ?? 'a language server that crashes', PATIENCE, () => {
  let open: OpenWorkbench;

  beforeAll(async () => {
    open = await openWorkbench();
    await open.person.open('household.react');
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  const serverPid = (): number | undefined => {
    const rows = execFileSync('ps', ['-eo', 'pid=,pgid=,args='], { encoding: 'utf8' }).split('\n');
    const found = rows.map((row) => /^ *(\d+) +(\d+) (.*)$/.exec(row));
    const row = found.find(
      (one) => one?.[2] === String(open.group) && /server\/dist\/server\.mjs/.test(one[3]!),
    );
    return row ? Number(row[1]) : undefined;
  };
  const another = async (than: number | undefined): Promise<number> => {
    await expect.poll(serverPid, SOON).not.toBe(than);
    await expect.poll(() => serverPid() !== undefined, SOON).toBe(true);
    return serverPid()!;
  };
  const lenses = () => open.page.locator('.editor-instance .codelens-decoration').count();

  test('is given up in the end, and any action that needs it starts it once more', async () => {
    let pid = await another(undefined);
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
    for (let crash = 1; crash <= GIVEN_UP_AFTER; crash++) {
      process.kill(pid, 'SIGKILL');
      if (crash === GIVEN_UP_AFTER) break;
      pid = await another(pid);
      // One that is killed while it starts is given up at once.
      await open.person.settle(1500);
    }
    const notice = open.page
      .locator('.notification-list-item')
      .filter({ hasText: 'language server has ended' });
    await notice.first().waitFor();
    expect(serverPid()).toBeUndefined();
    await open.person.command('DeepCoder: Trajectory Statistics');
    const preview = await open.person.webview('table');
    await expect.poll(() => preview.locator('body').textContent(), SOON).toMatch(/reasoning\s*6/);
  });

  test('Restart Language Server has another one answer', async () => {
    const before = await another(undefined);
    await open.person.command('DeepCoder: Restart Language Server');
    expect(await another(before)).not.toBe(before);
    await open.person.open('tools.traj.jsonl');
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
  });

  test('one that does not answer is ended, and the next leaves the file alone that it had to read', async () => {
    const pid = await another(undefined);
    await open.person.open('household.react');
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
    process.kill(pid, 'SIGSTOP');
    await open.page.keyboard.type('x');
    await another(pid);
    const notice = open.page
      .locator('.notification-list-item')
      .filter({ hasText: 'household.react' })
      .filter({ hasText: 'leaves this file alone' });
    await notice.first().waitFor(SOON);
    await open.person.open('tools.traj.jsonl');
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
    await open.person.open('household.react');
    await open.person.settle(1500);
    expect(await lenses()).toBe(0);
    await open.person.command('DeepCoder: Restart Language Server');
    await expect.poll(lenses, SOON).toBeGreaterThan(0);
  });
});
