import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const uplot = createRequire(import.meta.url).resolve('uplot/package.json');
// The licence asks to go along with every copy, and a report is one.
const licence = readFileSync(uplot.replace(/package\.json$/, 'LICENSE'), 'utf8');

const page = /** @type {const} */ ({
  bundle: true,
  platform: 'browser',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  format: 'iife',
  minify: true,
  charset: 'utf8',
  logLevel: 'warning',
});

/**
 * `import code from 'worker:./name.ts'` is the program of a worker as a text: a report is one file, and
 * neither it nor a webview can fetch another.
 * @type {import('esbuild').Plugin}
 */
const workerTexts = {
  name: 'worker-texts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^worker:/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice('worker:'.length)),
      namespace: 'worker',
    }));
    onLoad({ filter: /.*/, namespace: 'worker' }, async ({ path }) => {
      const { outputFiles } = await build({
        ...page,
        target: [...page.target],
        entryPoints: [path],
        write: false,
      });
      return { contents: outputFiles[0]?.text ?? '', loader: 'text' };
    });
  },
};

/** How esbuild makes the page of a report: one script, one style sheet, to be written into the file. */
export const panelBuild = /** @type {const} */ ({
  ...page,
  entryPoints: { panel: '@deepcoder/panel/report' },
  banner: { js: `/* Holds uPlot.\n${licence.trim()}\n*/` },
  plugins: [workerTexts],
});
