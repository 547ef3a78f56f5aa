// Writes the extension's part of package.json and package.nls.json from the tables in
// client/src/manifest and the settings' schema, and l10n/bundle.l10n.json from the texts in the code of
// the extension and its pages. A test fails when they are out of date.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import prettier from 'prettier';

const ROOT = new URL('../../', import.meta.url);

/** @returns {Promise<Record<string, string>>} what the files should be, by name */
export async function manifestFiles() {
  const { fields, texts } = await loadManifest();
  const current = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
  const next = { ...current, ...fields };
  return {
    'package.json': await formatted(next, 'json-stringify'),
    'package.nls.json': await formatted(texts, 'json'),
    'l10n/bundle.l10n.json': await formatted(await spokenTexts(), 'json'),
  };
}

/**
 * @param {unknown} value
 * @param {'json' | 'json-stringify'} parser as Prettier takes for a file of that name
 */
function formatted(value, parser) {
  return prettier.format(JSON.stringify(value), { parser, printWidth: 100 });
}

/** Texts in the code that are there to be translated, as keys and values. */
async function spokenTexts() {
  /** @type {Set<string>} */
  const texts = new Set();
  for (const folder of ['client/src/', 'client/panel/src/']) {
    const sources = new URL(folder, ROOT);
    const names = await readdir(sources, { recursive: true });
    for (const name of names.filter((one) => one.endsWith('.ts'))) {
      const code = await readFile(new URL(name, sources), 'utf8');
      for (const [, quoted = '', double = ''] of code.matchAll(SPOKEN))
        texts.add(
          JSON.parse(double || `"${quoted.replaceAll('"', '\\"').replaceAll("\\'", "'")}"`),
        );
    }
  }
  return Object.fromEntries([...texts].sort().map((text) => [text, text]));
}

/** A call of `l10n.t`, or of the pages' `t`, with its first argument, in either kind of quotes. */
const SPOKEN = /(?:\bl10n\.|(?<![\w$.]))t\(\s*(?:'((?:[^'\\]|\\.)*)'|("(?:[^"\\]|\\.)*"))/g;

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
  await mkdir(new URL('l10n/', ROOT), { recursive: true });
  for (const [name, text] of Object.entries(await manifestFiles()))
    await writeFile(new URL(name, ROOT), text);
}
