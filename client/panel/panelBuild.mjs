import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const uplot = createRequire(import.meta.url).resolve('uplot/package.json');
// The licence asks to go along with every copy, and a report is one.
const licence = readFileSync(uplot.replace(/package\.json$/, 'LICENSE'), 'utf8');

/** How esbuild makes the page of a report: one script, one style sheet, to be written into the file. */
export const panelBuild = /** @type {const} */ ({
  entryPoints: { panel: '@deepcoder/panel/report' },
  bundle: true,
  platform: 'browser',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  format: 'iife',
  minify: true,
  charset: 'utf8',
  banner: { js: `/* Holds uPlot.\n${licence.trim()}\n*/` },
  logLevel: 'warning',
});
