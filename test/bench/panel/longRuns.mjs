/** Opening and panning long runs that lie over each other. */

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

const valueOf = (/** @type {number} */ step, /** @type {number} */ metric) =>
  3 / (1 + step / 5000) + metric + Math.sin(step * 12.9898) / 4;

export const longRuns = {
  /**
   * @param {string} workspace
   * @param {typeof import('../benchRuns.ts')} runs
   */
  prepare(workspace, runs) {
    const records = Array.from({ length: STEPS }, (_, step) =>
      runs.recordAt(step, METRICS, valueOf),
    );
    for (let run = 0; run < RUNS; run++)
      runs.writeHistory(runs.liveRun(workspace, `run-${run}`), records);
  },

  /** @param {import('../panel.mjs').EditorBench} bench */
  async measure({ page, person }) {
    await person.command('View: Show DeepCoder');
    await person.runRow('run-7').waitFor();
    await person.command('DeepCoder: Compare Runs');
    await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await page
      .locator('.quick-input-header input[type=checkbox], .quick-input-header .monaco-checkbox')
      .first()
      .click();
    const began = Date.now();
    await page.keyboard.press('Enter');
    const frame = await person.webview('[data-chart="loss"] canvas');
    const drawnAt = Number(await frame.evaluate(DRAWN));
    // Zooming is for a page that is all there.
    await person.settle(3000);
    const fps = Number(await frame.evaluate(PAN));
    const what = `${RUNS} runs of ${STEPS} steps, ${METRICS.length} metrics each`;
    return [
      { name: `panel: opens with ${what}`, value: drawnAt - began, unit: 'ms', atMost: 2000 },
      { name: 'panel: pictures while it pans over them', value: fps, unit: '1/s', atLeast: 30 },
    ];
  },
};

/** Waits for lines on the first chart, and says when a frame with them is there. */
const DRAWN = `new Promise((done) => {
  const look = () => {
    const canvas = document.querySelector('[data-chart="loss"] canvas');
    const context = canvas?.getContext('2d', { willReadFrequently: true });
    const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 100 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60) coloured++;
    if (coloured > 200) done(Date.now());
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Zooms in by keys, pans for three seconds, and counts how often the first chart is drawn anew. */
const PAN = `new Promise((done) => {
  const plot = document.querySelector('[data-chart="loss"] .plot');
  const context = plot.querySelector('canvas').getContext('2d');
  const press = (key, shiftKey = false) =>
    plot.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
  for (let i = 0; i < 3; i++) press('+');
  let drawn = 0;
  const clear = context.clearRect;
  context.clearRect = (...args) => {
    drawn++;
    clear.apply(context, args);
  };
  let turn = 0;
  let began = 0;
  const pan = (now) => {
    // The first second is for the new range's points to come.
    if (turn === 0) began = now;
    turn++;
    if (now - began > 4000) return done(drawn / 3);
    if (now - began < 1000) drawn = 0;
    press(turn % 40 < 20 ? 'ArrowRight' : 'ArrowLeft', true);
    requestAnimationFrame(pan);
  };
  requestAnimationFrame(pan);
})`;
