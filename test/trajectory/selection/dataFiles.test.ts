import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDataFile } from '@deepcoder/trajectory';
import { listDataFiles } from '@deepcoder/trajectory/node';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

const FILES = [
  ...['a.jsonl', 'b.json', 'a.jsonl.spans.json', '.hidden.jsonl', '[x].txt', 'c.txt/inner.jsonl'],
  ...[
    'logs/a.jsonl',
    'logs/a.txt',
    'logs/deep/a.jsonl',
    'logs/deep/er/b.json',
    'logs/.cache/a.json',
  ],
  ...['node_modules/p/a.json', 'other/logs/a.jsonl', 'other/node_modules/a.json'],
];
let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dc-'));
  for (const file of [...FILES.map((one) => `in/${one}`), 'out/logs/a.jsonl', 'out/b.json']) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const part = fc.constantFrom(
  ...['*', '**', '**/*', 'logs', 'deep', '*.jsonl', 'a.*', '*.{json,jsonl}', '[ab].json*', '?.txt'],
  ...[
    '{logs,other}',
    '!(a).json',
    '.hidden.jsonl',
    '.*',
    '*.spans.json',
    '[x].txt',
    'c.txt',
    'node_modules',
  ],
);
const inner = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const pattern = fc
  .tuple(fc.constantFrom('', './', '../out/', 'ROOT/'), inner)
  .map(([a, b]) => a + b);

test('the files that are listed are those that are recognised as data', async () => {
  const cwd = path.join(root, 'in');
  const all = await Promise.all(['in', 'out'].map((name) => everyFile(path.join(root, name))));
  await fc.assert(
    fc.asyncProperty(pattern, async (written) => {
      const own = written.replace('ROOT', cwd);
      const { files } = await listDataFiles(own, cwd);
      expect(all.flat().filter((file) => isDataFile([own], { file, cwd }))).toEqual(files);
    }),
    { seed: 3, numRuns: 100 },
  );
});

async function everyFile(folder: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  return (await glob('**/*', { cwd: folder, absolute: true, dot: true })).sort();
}
