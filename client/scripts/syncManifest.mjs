// Writes the extension's part of package.json and package.nls.json from the tables in
// client/src/manifest and the settings' schema. A test fails when they are out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import prettier from 'prettier';

const ROOT = new URL('../../', import.meta.url);

/** @returns {Promise<{ 'package.json': string, 'package.nls.json': string }>} what the files should be */
export async function manifestFiles() {
  const { fields, texts } = await loadManifest();
  const current = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
  const next = { ...current, ...fields };
  return {
    'package.json': await formatted(next, 'json-stringify'),
    'package.nls.json': await formatted(texts, 'json'),
  };
}

/**
 * @param {unknown} value
 * @param {'json' | 'json-stringify'} parser as Prettier takes for a file of that name
 */
function formatted(value, parser) {
  return prettier.format(JSON.stringify(value), { parser, printWidth: 100 });
}

async function loadManifest() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('client/src/manifest/manifest.ts', ROOT))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
  });
  const module = { exports: /** @type {any} */ ({}) };
  const run = new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '');
  run(module, module.exports, createRequire(import.meta.url));
  return module.exports.manifest();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await manifestFiles()))
    await writeFile(new URL(name, ROOT), text);
}
