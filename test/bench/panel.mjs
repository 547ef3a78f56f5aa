/**
 * `node test/bench/panel.mjs`: the panel of metrics with 20 runs of 100,000 steps each, in headless Chromium
 * without a graphics card. Prints how long it takes to open, and how many frames a second it pans.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../vscode/support/buildSuite.mjs';
import { openChromium } from '../vscode/support/openPage.mjs';

const RUNS = 20;
const STEPS = 100_000;
const METRICS = [
  'train/loss',
  'train/loss/reasoning',
  'train/loss/action',
  'train/divergence',
  'train/cross_entropy',
  'train/token_accuracy',
  'train/teacher_agreement',
  'train/student_entropy',
  'train/learning_rate',
  'train/grad_norm',
  'train/tokens_per_second',
  'train/memory_bytes',
];
/** As the editor asks for 20 runs. */
const POINTS = 5000;

const asset = (/** @type {string} */ name) =>
  readFile(join(root, 'client/dist/webview', name), 'utf8');
const browser = await openChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.setContent(
    `<!doctype html><style>${await asset('panel.css')}</style><body class="vscode-dark" data-vscode-theme-kind="vscode-dark"><div id="page"></div></body>`,
  );
  await page.evaluate(
    `window.acquireVsCodeApi = () => ({ postMessage: () => {}, getState: () => undefined, setState: () => {} })`,
  );
  await page.evaluate(
    `window.messages = (${makeMessages.toString()})(${JSON.stringify({ RUNS, STEPS, METRICS, POINTS })})`,
  );
  await page.addScriptTag({ content: await asset('panel.js') });
  const openMs = await page.evaluate(`new Promise((done) => {
    const start = performance.now();
    for (const data of window.messages) window.dispatchEvent(new MessageEvent('message', { data }));
    const look = () => document.querySelector('[data-chart="loss"] canvas') ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))) : requestAnimationFrame(look);
    look();
  })`);
  console.log(`open, ${RUNS} runs of ${STEPS} steps: ${Math.round(Number(openMs))} ms`);
  const plot = page.locator('[data-chart="loss"] .plot');
  await plot.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('+');
  const framesMs = /** @type {number[]} */ (
    await page.evaluate(`new Promise((done) => {
    const plot = document.querySelector('[data-chart="loss"] .plot');
    const times = [];
    let last = performance.now();
    const pan = () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (times.length > 60) return done(times.slice(1));
      const key = times.length % 20 < 10 ? 'ArrowRight' : 'ArrowLeft';
      plot.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, bubbles: true }));
      requestAnimationFrame(pan);
    };
    requestAnimationFrame(pan);
  })`)
  );
  const mean = framesMs.reduce((sum, ms) => sum + ms, 0) / framesMs.length;
  console.log(`pan: ${(1000 / mean).toFixed(1)} frames a second`);
} finally {
  await browser.close();
}

/**
 * Runs in the page: what the editor would send.
 * @param {{ RUNS: number, STEPS: number, METRICS: string[], POINTS: number }} size
 */
function makeMessages({ RUNS, STEPS, METRICS, POINTS }) {
  const base64 = (/** @type {Float64Array | Float32Array} */ array) => {
    const bytes = new Uint8Array(array.buffer);
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000)
      text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  };
  const every = STEPS / POINTS;
  const axis = (/** @type {number} */ unit) =>
    base64(Float64Array.from({ length: POINTS }, (_, i) => i * every * unit));
  const heads = Array.from({ length: RUNS }, (_, run) => ({
    id: `run-${run}`,
    name: `run ${run}`,
    state: 'running',
    error: null,
    facts: [{ label: 'Steps', value: `${STEPS}` }],
    config: 'a: 1',
    play: [],
    episodes: [],
    problems: [],
  }));
  const histories = heads.map(({ id }, run) => ({
    type: 'history',
    run: id,
    columns: {
      step: axis(1),
      tokensSeen: axis(512),
      time: axis(0.1),
      series: METRICS.map((name, metric) => ({
        name,
        rows: null,
        value: base64(
          Float32Array.from(
            { length: POINTS },
            (_, i) => 3 / (1 + i / 500) + metric + run / 10 + Math.sin(i * 12.9898 + run) / 4,
          ),
        ),
      })),
    },
  }));
  return [{ type: 'runs', runs: heads }, ...histories];
}
