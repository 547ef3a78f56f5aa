import { readFileSync } from 'node:fs';

/**
 * Where a script is asked for help (`--help`, `-h`), prints the comment that it begins with, and ends.
 * @param {string} script its `import.meta.filename`
 */
export function helpFirst(script) {
  if (!process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return;
  const [, comment = ''] = /^\/\*\*([^]*?)\*\//.exec(readFileSync(script, 'utf8')) ?? [];
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, '').trimEnd());
  process.stdout.write(`${lines.join('\n').trim().replaceAll('`', '')}\n`);
  process.exit(0);
}
