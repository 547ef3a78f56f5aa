import { panelBuild } from './panel/panelBuild.mjs';

/** How esbuild makes the extension: one file that needs nothing but VS Code. */
export const clientBuild = /** @type {const} */ ({
  entryPoints: { extension: 'client/src/extension.ts' },
  outdir: 'client/dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  minify: true,
  keepNames: true,
  external: ['vscode'],
  // vscode-languageclient's CommonJS build pulls in more than its ES modules.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});

/** What is left of it where there is no Node. */
export const browserBuild = /** @type {const} */ ({
  ...clientBuild,
  entryPoints: { browser: 'client/src/browser.ts' },
  // A browser's extension host adds `.js` to any other name.
  outExtension: { '.js': '.js' },
  platform: 'browser',
  target: 'es2022',
});

/** The pages of webviews. */
export const webviewBuild = /** @type {const} */ ({
  ...panelBuild,
  entryPoints: {
    ...panelBuild.entryPoints,
    inspector: '@deepcoder/panel/inspector',
    chat: '@deepcoder/panel/chat',
  },
  outdir: 'client/dist/webview',
});
