import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const NAMES = ['kill', 'disk', 'damage', 'fuzz', 'grow', 'server', 'hostile'];

/** Among what the tools of the checkout keep: git ignores it, and the bundle finds the packages from there. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/campaigns');

/** A bundled module asks where it lies, and means its source. */
const ownPlaces = /** @satisfies {import('esbuild').Plugin} */ ({
  name: 'own places',
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
      if (path.includes('node_modules')) return null;
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
});

/**
 * Bundles a campaign, makes it with these arguments, and clears away.
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<import('./campaign.ts').Outcome>}
 */
export async function runCampaign(name, args) {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, `${name}-`));
  try {
    await build({
      entryPoints: [name, 'campaign', 'worker'].map((file) =>
        join(import.meta.dirname, `${file}.ts`),
      ),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      // As in the program: tfjs' ES modules register the gradients.
      mainFields: ['module', 'main'],
      external: ['koffi', 'onnxruntime-node', 'sharp', 'tokenizers'],
      plugins: [ownPlaces],
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    const url = (/** @type {string} */ file) => pathToFileURL(join(folder, `${file}.mjs`)).href;
    /** @type {typeof import('./campaign.ts')} */
    const { campaign } = await import(url('campaign'));
    return await campaign({ name, module: url(name), worker: url('worker') }, args);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
