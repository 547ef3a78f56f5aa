/** How esbuild makes the page of a report: one script, one style sheet, to be written into the file. */
export const panelBuild = /** @type {const} */ ({
  entryPoints: { panel: '@deepcoder/panel/report' },
  bundle: true,
  platform: 'browser',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  format: 'iife',
  minify: true,
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
});
