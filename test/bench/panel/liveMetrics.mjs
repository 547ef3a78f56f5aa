/** From the line that a trainer writes to the picture of the panel, and what it costs the extension host. */
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const STEPS_A_SECOND = 50;
const SECONDS = 30;
/** After them what the start left to collect is collected, and what streams is compiled. */
const WARM_SECONDS = 10;
/** VS Code itself looks at the machine's ports every few seconds. */
const IDLE_SECONDS = SECONDS - WARM_SECONDS;
const METRICS = ['train/loss', ...Array.from({ length: 24 }, (_, i) => `train/m${i}`)];
/** Clock ticks a second, as Linux counts the time of processes. */
const TICKS = 100;

/** The loss is the step, so that the panel says which step it shows. */
const valueOf = (/** @type {number} */ step, /** @type {number} */ metric) =>
  metric === 0 ? step : Math.sin(step / (metric + 7));

let run = '';

export const liveMetrics = {
  /**
   * @param {string} workspace
   * @param {typeof import('../benchRuns.ts')} runs
   */
  prepare(workspace, runs) {
    run = runs.liveRun(workspace, 'live');
    appendFileSync(join(run, 'metrics.jsonl'), runs.lineOf(runs.recordAt(1, METRICS, valueOf)));
  },

  /** @param {import('../panel.mjs').EditorBench} bench */
  async measure({ person, runs, server }) {
    await person.command('View: Show DeepCoder');
    await person.runRow('live').click();
    const frame = await person.webview('[data-chart="loss"] canvas');
    await frame.evaluate(WATCH);
    const host = extensionHostOf(server ?? 0);
    /** @type {number[]} */
    const writtenAt = [];
    const idleBefore = busySeconds(host);
    await setTimeout(1000 * IDLE_SECONDS);
    const idle = (100 * (busySeconds(host) - idleBefore)) / IDLE_SECONDS;
    let warm = { busy: 0, at: 0 };
    const began = performance.now();
    for (let step = 2; step < 2 + SECONDS * STEPS_A_SECOND; step++) {
      if (step === WARM_SECONDS * STEPS_A_SECOND)
        warm = { busy: busySeconds(host), at: performance.now() };
      writtenAt[step] = Date.now();
      const line = runs.lineOf(runs.recordAt(step, METRICS, valueOf));
      appendFileSync(join(run, 'metrics.jsonl'), line);
      await setTimeout(
        Math.max(0, began + ((step - 1) * 1000) / STEPS_A_SECOND - performance.now()),
      );
    }
    const seconds = (performance.now() - warm.at) / 1000;
    const busy = (100 * (busySeconds(host) - warm.busy)) / seconds;
    await setTimeout(1500);
    const shown = /** @type {[number, number][]} */ (await frame.evaluate('window.shown'));
    const latencies = writtenAt.flatMap((at, step) => {
      const seen = shown.find(([value]) => value >= step);
      return seen === undefined ? [] : [seen[1] - at];
    });
    latencies.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) =>
      latencies[Math.floor(latencies.length * share)] ?? NaN;
    const lost = SECONDS * STEPS_A_SECOND - latencies.length;
    return [
      { name: 'live: metric to pixel at 50 steps/s, median', value: at(0.5), unit: 'ms' },
      { name: 'live: the same, 95th percentile', value: at(0.95), unit: 'ms', atMost: 250 },
      { name: 'live: steps that never came', value: lost, unit: '', atMost: 0 },
      {
        name: 'live: extension host busy, beyond its busy time before',
        value: busy,
        unit: '%',
        peer: { name: 'before', value: idle },
        ratio: busy - idle,
        atMost: 2,
      },
    ];
  },
};

/** Notes, frame by frame, which step the panel shows: the one whose picture was there in the frame before. */
const WATCH = `(() => {
  window.shown = [];
  let drawn = 0;
  let told = 0;
  const look = () => {
    if (drawn > told) window.shown.push([told = drawn, Date.now()]);
    const text = document.querySelector('[data-chart="loss"] .legend .value')?.textContent ?? '';
    drawn = Number(text.replaceAll(/[^0-9.]/g, '')) || 0;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/**
 * The workbench's extension host, a child of its server.
 * @param {number} server
 */
function extensionHostOf(server) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (Number(parent) === server && command.includes('--type=extensionHost')) return Number(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error('the workbench has no extension host');
}

/**
 * What the thread that runs extensions has computed.
 * @param {number} pid
 */
function busySeconds(pid) {
  const fields =
    readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
