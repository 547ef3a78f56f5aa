import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';

export interface Place {
  start: number;
  end: number;
}

/** A key or a value in a document, with the path that leads to it. */
export interface Entry {
  path: string[];
  key: Place | null;
  value: Place | null;
  node: Node | null;
  children: Entry[];
}

export type YamlText = Document.Parsed;

const MOST_DEPTH = 64;

/** What stands in a text; a document with errors has what could be read. */
export function parseYaml(text: string): YamlText {
  return parseDocument(text, { prettyErrors: false, keepSourceTokens: false, uniqueKeys: false });
}

/** The entries of a document, top down. Aliases are left as they are. */
export function entriesOf({ contents }: YamlText): Entry[] {
  return childrenOf(contents, []);
}

function childrenOf(node: unknown, path: string[]): Entry[] {
  if (path.length > MOST_DEPTH) return [];
  if (isMap(node)) {
    return node.items.flatMap((pair) => (isPair(pair) ? [entryOf(pair, path)] : []));
  }
  if (!isSeq(node)) return [];
  return node.items.map((item, index) => {
    const at = [...path, String(index)];
    const value = item as Node;
    return {
      path: at,
      key: null,
      value: placeOf(value),
      node: value,
      children: childrenOf(value, at),
    };
  });
}

function entryOf({ key, value }: Pair, path: string[]): Entry {
  const name = isScalar(key) ? String(key.value) : String(key);
  const at = [...path, name];
  return {
    path: at,
    key: placeOf(key as Node | null),
    value: placeOf(value as Node | null),
    node: value as Node | null,
    children: childrenOf(value, at),
  };
}

function placeOf(node: Node | null): Place | null {
  const range = node?.range;
  return range ? { start: range[0], end: range[1] } : null;
}

/** The entries from the outermost to the innermost that hold an offset. */
export function entriesAt(entries: readonly Entry[], offset: number): Entry[] {
  for (const entry of entries) {
    const start = (entry.key ?? entry.value)?.start ?? Infinity;
    const end = Math.max(entry.value?.end ?? 0, entry.key?.end ?? 0);
    if (start <= offset && offset <= end) return [entry, ...entriesAt(entry.children, offset)];
  }
  return [];
}

/** The entry of a path. */
export function entryAtPath(entries: readonly Entry[], path: readonly string[]): Entry | undefined {
  const [first, ...rest] = path;
  const found = entries.find((entry) => entry.path.at(-1) === first);
  return found === undefined || rest.length === 0 ? found : entryAtPath(found.children, rest);
}

/** All entries, each before its children. */
export function allEntries(entries: readonly Entry[]): Entry[] {
  return entries.flatMap((entry) => [entry, ...allEntries(entry.children)]);
}
