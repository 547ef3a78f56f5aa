import { fileURLToPath } from 'node:url';

const SERVER = new URL('./', import.meta.url);

/** How the language server is bundled: one file, with nothing beside it. */
export const serverBuild = /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
  entryPoints: { server: fileURLToPath(new URL('src/main.ts', SERVER)) },
  outdir: fileURLToPath(new URL('dist', SERVER)),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  mainFields: ['module', 'main'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
