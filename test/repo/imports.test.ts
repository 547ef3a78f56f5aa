import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';

type Graph = ReadonlyMap<string, readonly string[]>;

const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
  cwd: checkoutRoot,
  encoding: 'utf8',
});
const sources = listed
  .split('\n')
  .filter((file) => /^(?:server|client|trainer|configs)\//.test(file));

/** Files by what they import of their own package. */
function importsOf(files: readonly string[]): Graph {
  const all = new Set(files);
  return new Map(
    files.map((file) => {
      const named = namedIn(readFileSync(path.join(checkoutRoot, file), 'utf8'));
      const found = named.map((name) => path.posix.join(path.posix.dirname(file), name));
      return [file, found.filter((one) => all.has(one))];
    }),
  );
}

/** Of a file: what it imports or exports from others by their paths. */
function namedIn(text: string): string[] {
  const file = ts.createSourceFile('one.ts', text, ts.ScriptTarget.Latest);
  return file.statements.flatMap((one) => {
    if (!ts.isImportDeclaration(one) && !ts.isExportDeclaration(one)) return [];
    const { moduleSpecifier: from } = one;
    if (!from || !ts.isStringLiteral(from) || !from.text.startsWith('.')) return [];
    return [from.text];
  });
}

/** The first circle that is found, from where it begins to where it begins again; null: there is none. */
function circleIn(graph: Graph): string[] | null {
  const done = new Set<string>();
  const walk = (at: string, way: readonly string[]): string[] | null => {
    const before = way.indexOf(at);
    if (before >= 0) return [...way.slice(before), at];
    if (done.has(at)) return null;
    for (const next of graph.get(at) ?? []) {
      const circle = walk(next, [...way, at]);
      if (circle) return circle;
    }
    done.add(at);
    return null;
  };
  for (const start of graph.keys()) {
    const circle = walk(start, []);
    if (circle) return circle;
  }
  return null;
}

/** Folders by what they import of each other; what lies beside them counts as a folder by itself. */
function foldersOf(root: string, files: Graph): Graph {
  const placeOf = (file: string): string => file.slice(root.length + 1).split('/')[0]!;
  const folders = new Map<string, string[]>();
  for (const [file, imported] of files) {
    if (!file.startsWith(`${root}/`)) continue;
    const own = placeOf(file);
    const others = imported.filter((one) => one.startsWith(`${root}/`)).map(placeOf);
    const all = [...(folders.get(own) ?? []), ...others.filter((one) => one !== own)];
    folders.set(own, all);
  }
  return folders;
}

describe('no circle of imports', () => {
  const all = importsOf(sources);

  test('between files, of types neither', () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(circleIn(all)).toBeNull();
  });

  test.each([
    'server/src',
    'server/src/trajectories',
    'server/trajectory/src',
    'server/trajectory/src/formats',
    'client/panel/src',
    'trainer/src',
  ])('between the folders of %s', (root) => {
    const folders = foldersOf(root, all);
    expect(folders.size).toBeGreaterThan(5);
    expect(circleIn(folders)).toBeNull();
  });

  test('a circle is found', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['d', ['b']],
    ]);
    expect(circleIn(graph)).toEqual(['b', 'd', 'b']);
    const text = "import type { A } from './a.ts';\nexport { b } from './b.ts';";
    expect(namedIn(text)).toEqual(['./a.ts', './b.ts']);
  });
});
