/** How much longer Run Train takes to the first metric on the panel than the command line to its first step. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { root } from '../../vscode/support/buildSuite.mjs';
import { median } from './median.mjs';

const ROUNDS = 3;

/** The quickstart, whose data is ready in a second; steps enough that it still runs when it is looked at. */
const CONFIG = `extends: quickstart
run: {name: bench}
`;

export const firstMetric = {
  /** @param {string} workspace */
  prepare(workspace) {
    writeFileSync(join(workspace, 'deepcoder.yaml'), CONFIG);
  },

  /** @param {import('../panel.mjs').EditorBench} bench */
  async measure({ person, workspace }) {
    await person.open('deepcoder.yaml');
    await person.page.locator('.editor-instance .codelens-decoration').first().waitFor();
    const [line, editor] = [[], []].map(() => /** @type {number[]} */ ([]));
    // The first time each fills caches that the others find.
    await fromCommandLine(workspace);
    for (let round = 0; round < ROUNDS; round++) {
      line?.push(await fromCommandLine(workspace));
      editor?.push(await fromEditor(person));
    }
    const [lineMs, editorMs] = [median(line ?? []), median(editor ?? [])];
    return [
      { name: 'train: command line to its first step', value: lineMs, unit: 'ms' },
      { name: 'train: Run Train to the first metric on the panel', value: editorMs, unit: 'ms' },
      { name: 'train: how much longer', value: editorMs - lineMs, unit: 'ms', atMost: 1000 },
    ];
  },
};

/** @param {string} workspace */
async function fromCommandLine(workspace) {
  const began = performance.now();
  const before = new Set(runsOf(workspace));
  const program = join(root, 'trainer/dist/deepcoder.mjs');
  const child = spawn(process.execPath, [program, 'train', 'deepcoder.yaml'], {
    cwd: workspace,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (
    !runsOf(workspace).some((run) => !before.has(run) && hasMetrics(join(workspace, 'runs', run)))
  ) {
    if (child.exitCode !== null) throw new Error('the trainer has ended before its first step');
    await setTimeout(5);
  }
  const took = performance.now() - began;
  child.kill('SIGKILL');
  await ended;
  return took;
}

/** @param {string} workspace */
function runsOf(workspace) {
  const folder = join(workspace, 'runs');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('bench')) : [];
}

/** @param {string} run */
function hasMetrics(run) {
  const file = join(run, 'metrics.jsonl');
  return existsSync(file) && statSync(file).size > 0;
}

/** @param {ReturnType<typeof import('../../vscode/support/workbenchPage.mjs').workbenchPage>} person */
async function fromEditor(person) {
  await person.open('deepcoder.yaml');
  const { page } = person;
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type=text]');
  await input.waitFor();
  await input.fill('>DeepCoder: Run Train');
  await page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: 'Run Train' })
    .first()
    .waitFor();
  const began = Date.now();
  await page.keyboard.press('Enter');
  // Looking more often takes more of the processor than it gains in exactness.
  const frame = await person.webview('[data-chart="loss"] .legend .value', 100);
  const shownAt = Number(await frame.evaluate(SHOWN));
  await person.command('DeepCoder: Stop Run');
  await frame.locator('.state').filter({ hasText: 'stopped' }).first().waitFor();
  await person.command('View: Close All Editors');
  return shownAt - began;
}

/** When a value is there, and a frame with it. */
const SHOWN = `new Promise((done) => {
  const look = () => {
    const text = document.querySelector('[data-chart="loss"] .legend .value')?.textContent ?? '';
    if (/[0-9]/.test(text)) requestAnimationFrame(() => done(Date.now()));
    else requestAnimationFrame(look);
  };
  look();
})`;
