import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoWorkbench } from '../vscode/support/whyNoWorkbench.ts';
import { openWorkbench, PATIENCE, SOON, type OpenWorkbench } from './openWorkbench.ts';

const reason = whyNoWorkbench();

/** Runs of a shop's agent: the odd ones fail, the third one says nothing of itself. */
function shopRuns(): string {
  const records = Array.from({ length: 12 }, (_, i) => ({
    id: `shop-${i}`,
    messages: [
      { role: 'user', content: `Order ${i} chairs.` },
      {
        role: 'assistant',
        content: 'I look them up.',
        tool_calls: [
          {
            ...{ id: `c${i}`, type: 'function' },
            function: { name: 'find', arguments: JSON.stringify({ chairs: i }) },
          },
        ],
      },
      { role: 'tool', tool_call_id: `c${i}`, content: `There are ${i * 10}.` },
      { role: 'assistant', content: `Ordered ${i}.` },
    ],
    ...(i === 3
      ? {}
      : {
          ...{ reward: i / 10, success: i % 2 === 0, model: i < 6 ? 'small-1' : 'large-2' },
          ...{ total_tokens: 1000 * (i + 1), duration_ms: 1500 * (i + 1) },
        }),
  }));
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

describe.skipIf(reason !== null)(reason ?? 'the inspector, by hand', PATIENCE, () => {
  let open: OpenWorkbench;

  beforeAll(async () => {
    open = await openWorkbench({
      prepare: (workspace) => writeFileSync(path.join(workspace, 'shop.traj.jsonl'), shopRuns()),
    });
  }, PATIENCE.timeout);

  afterAll(() => open.close(), PATIENCE.timeout);

  test('records are found by what the log says about them', async () => {
    const { person, page } = open;
    // The server is there when the text has its lenses.
    await person.open('shop.traj.jsonl');
    await page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.openWith('shop.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    const names = () => inspector.locator('.option .name').allTextContents();
    const head = () => inspector.locator('.record-head h2').textContent();
    const row = inspector.locator('.option').first();
    await expect.poll(() => row.textContent(), SOON).toMatch(/success.*Order 0 chairs\..*small-1/s);
    await expect
      .poll(() => inspector.locator('.facts').textContent(), SOON)
      .toMatch(/Order 0 chairs.*success.*small-1.*1\.5.s · 1000 tokens/s);

    await inspector.getByLabel('Sort records by').selectOption('score');
    await expect.poll(names, SOON).toEqual([
      ...['shop-11', 'shop-10', 'shop-9', 'shop-8', 'shop-7', 'shop-6', 'shop-5', 'shop-4'],
      // The record without a score comes last.
      ...['shop-2', 'shop-1', 'shop-0', 'shop-3'],
    ]);
    const filter = inspector.getByLabel('Filter records');
    await filter.fill('model:small status:failure');
    await expect.poll(names, SOON).toEqual(['shop-5', 'shop-1']);
    await expect.poll(() => inspector.locator('.list-tools').textContent()).toContain('2 of 12');
    await inspector.locator('.option').nth(0).click();
    await expect.poll(head, SOON).toBe('shop-5');
    // The next one is that of the list.
    await inspector.locator('.record-head h2').click();
    await page.keyboard.press('n');
    await expect.poll(head, SOON).toBe('shop-1');

    await filter.fill('score>much');
    await expect
      .poll(() => inspector.locator('.list-tools .problem').textContent(), SOON)
      .toContain('much is no number');
    await filter.fill('');
    await inspector.locator('.facts').getByRole('button', { name: 'small-1' }).click();
    await expect.poll(() => names().then(({ length }) => length), SOON).toBe(5);
    await filter.fill('');
    await inspector.getByLabel('Sort records by').selectOption('record');
    await expect.poll(() => names().then(([first]) => first), SOON).toBe('shop-0');
  });

  test('spans and records are copied, and the list is made wider', async () => {
    const { person, page } = open;
    const inspector = await person.webview('.record .span');
    await inspector.locator('.option').nth(2).click();
    await expect
      .poll(() => inspector.locator('.record-head h2').textContent(), SOON)
      .toBe('shop-2');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
    await inspector.locator('[data-kind="observation"] .copy').click();
    await expect.poll(clipboard, SOON).toBe('There are 20.');
    await inspector.getByRole('button', { name: 'Copy record' }).click();
    await expect.poll(clipboard, SOON).toContain('"id":"shop-2"');

    const width = async () => (await inspector.locator('nav').boundingBox())!.width;
    const before = await width();
    const bar = inspector.getByRole('separator', { name: 'Size of the list' });
    await bar.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    const wider = await width();
    expect(wider).toBeGreaterThan(before + 50);
    // It is kept for the next file; what the page says last takes a moment to arrive.
    await person.settle(500);
    await person.command('View: Close All Editors');
    await person.openWith('tools.traj.jsonl', 'Trajectory Inspector');
    const next = await person.webview('.record .span');
    const nextWidth = async () => (await next.locator('nav').boundingBox())!.width;
    await expect.poll(nextWidth, SOON).toBeCloseTo(wider, -1);
    await person.command('View: Close All Editors');
  });

  test('two records stand side by side, also of two files', async () => {
    const { person, page, workspace } = open;
    writeFileSync(
      path.join(workspace, 'other.traj.jsonl'),
      shopRuns().replaceAll('I look them up.', 'I look them up first.'),
    );
    await person.openWith('shop.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    const row = (name: string) =>
      inspector.locator('.option').filter({ has: inspector.getByText(name, { exact: true }) });
    await row('shop-1').click();
    await inspector.getByRole('button', { name: 'Select for comparison' }).click();
    await inspector.getByRole('button', { name: 'Selected for comparison' }).waitFor();
    await row('shop-2').click();
    await inspector.getByRole('button', { name: 'Compare with shop-1' }).click();
    const comparison = (frame: typeof inspector) => frame.locator('.comparison');
    await expect
      .poll(() => comparison(inspector).textContent(), SOON)
      .toContain('0 same · 3 changed · 0 only on the left · 0 only on the right');
    const marked = async (frame: typeof inspector, tag: string) =>
      (await comparison(frame).locator(tag).allTextContents()).join(' ');
    expect(await marked(inspector, 'del')).toMatch(/1.*10/);
    expect(await marked(inspector, 'ins')).toMatch(/2.*20/);
    await inspector.getByRole('button', { name: 'Next difference' }).click();
    expect(
      await inspector.evaluate<string>("document.activeElement?.getAttribute('aria-label')"),
    ).toBe('Start');
    // The next record is compared, too.
    await inspector.locator('.record-head h2').click();
    await page.keyboard.press('n');
    await expect.poll(() => marked(inspector, 'ins'), SOON).toMatch(/3.*30/);
    await inspector.getByRole('button', { name: 'Compare with shop-1' }).click();
    await inspector.locator('.record .span').first().waitFor();

    await person.openWith('other.traj.jsonl', 'Trajectory Inspector');
    const other = await person.webview('.record .span');
    await other.locator('.option').nth(1).click();
    await other.getByRole('button', { name: 'Compare with shop-1 (shop.traj.jsonl)' }).click();
    await expect
      .poll(() => comparison(other).textContent(), SOON)
      .toContain('2 same · 1 changed · 0 only on the left · 0 only on the right');
    expect(await marked(other, 'ins')).toMatch(/first/);
    await person.command('View: Close All Editors');
  });

  test('records are found by what they are about, and by what they are like', async () => {
    const { person, workspace } = open;
    const about = [
      'water the plants',
      'book two flights',
      'repaint the fence',
      'booked a flight home',
    ];
    const records = about.map((task, i) => ({
      id: `about-${i}`,
      messages: [
        { role: 'user', content: `Please ${task}.` },
        { role: 'assistant', content: 'Done.' },
      ],
    }));
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    writeFileSync(path.join(workspace, 'about.traj.jsonl'), text);
    await person.openWith('about.traj.jsonl', 'Trajectory Inspector');
    const inspector = await person.webview('.record .span');
    const found = () => inspector.locator('.matches .where').allTextContents();
    const head = () => inspector.locator('.record-head h2').textContent();
    await inspector.getByRole('button', { name: 'By meaning' }).click();
    await inspector.getByRole('searchbox').fill('booking flights');
    await expect.poll(async () => (await found()).length, SOON).toBe(2);
    expect((await found()).join()).toMatch(/^about-[13] .*about-[13] /);
    await inspector.locator('.matches button').first().click();
    await expect.poll(head, SOON).toMatch(/about-[13]/);
    await inspector.locator('.option').nth(1).click();
    await expect.poll(head, SOON).toBe('about-1');
    await inspector.getByRole('button', { name: 'More like this' }).click();
    await expect.poll(async () => (await found())[0], SOON).toMatch(/^about-3 · .* alike$/);
    await inspector.getByRole('button', { name: 'Clear the matches' }).click();
    expect(await found()).toEqual([]);
    await person.command('View: Close All Editors');
  });
});
