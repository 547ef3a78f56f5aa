// Writes trainer/assets/household: the tokenizer that follows from the words of the household.
// A test fails when it is out of date; the teacher must then be trained anew.
import { build } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('../src/eval/household/householdTokenizer.ts', import.meta.url);
const FOLDER = new URL('../assets/household/', import.meta.url);

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(SOURCE)],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const code = Buffer.concat(outputFiles.map(({ contents }) => contents)).toString('base64');
const { householdTokenizer } = await import(`data:text/javascript;base64,${code}`);
const { tokenizer, tokenizerConfig } = householdTokenizer();
await mkdir(FOLDER, { recursive: true });
await writeFile(new URL('tokenizer.json', FOLDER), tokenizer);
await writeFile(new URL('tokenizer_config.json', FOLDER), tokenizerConfig);
