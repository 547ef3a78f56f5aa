import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = new URL('./', import.meta.url);

/**
 * `z` as a name that is imported brings all of zod, with its messages in 50 languages (a third of the
 * bundle, to be looked through at each start); as a namespace what is used of it.
 */
const zodInParts = /** @satisfies {import('esbuild').Plugin} */ ({
  name: 'zod in parts',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return null;
      const text = await readFile(path, 'utf8');
      const contents = text.replace("import { z } from 'zod'", "import * as z from 'zod'");
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    });
  },
});

/** How the language server is bundled: `server.mjs` is started, and loads `main.mjs`, which is all the rest. */
export const serverBuild = /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
  entryPoints: {
    server: fileURLToPath(new URL('src/start.ts', SERVER)),
    main: fileURLToPath(new URL('src/main.ts', SERVER)),
  },
  outdir: fileURLToPath(new URL('dist', SERVER)),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  mainFields: ['module', 'main'],
  plugins: [zodInParts],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
