// Writes what is made from something else in this package: src/presets.ts from the presets (*.yaml),
// schema/deepcoder.schema.json from the schema in src. A test fails when either is out of date.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import prettier from 'prettier';

const PACKAGE = new URL('../', import.meta.url);
const NAMES = ['quickstart', 'fast', 'research', 'production', 'paper'];

await writeFile(new URL('src/presets.ts', PACKAGE), await presetsModule());
await mkdir(new URL('schema/', PACKAGE), { recursive: true });
await writeFile(new URL('schema/deepcoder.schema.json', PACKAGE), await schemaJson());

async function presetsModule() {
  const entries = await Promise.all(
    NAMES.map(async (name) => {
      const text = await readFile(new URL(`${name}.yaml`, PACKAGE), 'utf8');
      return `  ${name}: \`${text.replace(/[\\`]|\$\{/g, '\\$&')}\`,`;
    }),
  );
  return `// Written by scripts/sync.mjs from the *.yaml beside src; a bundle has no files to read.\n\n/** The presets' texts, by name. */\nexport const PRESETS = {\n${entries.join('\n')}\n} as const;\n`;
}

async function schemaJson() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('src/index.ts', PACKAGE))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    (await import('node:module')).createRequire(import.meta.url),
  );
  const json = JSON.stringify(module.exports.configFileJsonSchema());
  return prettier.format(json, { parser: 'json', printWidth: 100 });
}
