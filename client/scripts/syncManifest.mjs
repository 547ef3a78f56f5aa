// Writes the extension's part of package.json, but its settings, and package.nls.json from the tables
// in client/src/manifest. A test fails when they are out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import prettier from 'prettier';

const ROOT = new URL('../../', import.meta.url);

/** @returns {Promise<{ 'package.json': string, 'package.nls.json': string }>} what the files should be */
export async function manifestFiles() {
  const { fields, texts } = await loadManifest();
  const current = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
  const { contributes, ...others } = fields;
  const { configuration } = current.contributes ?? {};
  const next = {
    ...current,
    ...others,
    contributes: { ...contributes, ...(configuration === undefined ? {} : { configuration }) },
  };
  const format = (/** @type {unknown} */ value) =>
    prettier.format(JSON.stringify(value), { parser: 'json', printWidth: 100 });
  return { 'package.json': await format(next), 'package.nls.json': await format(texts) };
}

async function loadManifest() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('client/src/manifest/manifest.ts', ROOT))],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const text = outputFiles[0]?.text ?? '';
  const module = await import(
    `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`
  );
  return module.manifest();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await manifestFiles()))
    await writeFile(new URL(name, ROOT), text);
}
