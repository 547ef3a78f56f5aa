import { lineStartAt } from './lineStart.ts';

/** Where in a config the cursor stands, also in a text that is not complete. */
export interface Cursor {
  /** Path of the map or list that the cursor writes into, or of the key whose value it writes. */
  path: string[];
  kind: 'key' | 'value';
  /** What is written already, and where. */
  prefix: string;
  start: number;
  end: number;
  /** Spaces before the key. */
  indent: number;
  /** Inside `{}` or `[]`. */
  isFlow: boolean;
}

const KEY =
  /^(\s*)((?:-\s+)*)(?:"([^"]*)"\s*|'([^']*)'\s*|([^\s#'"[\]{},&*!|>%@`][^:#]*)):(?=\s|$)/;

/** Reads the lines above the cursor by their indentation, so that an unfinished line disturbs nothing. */
export function cursorAt(text: string, offset: number): Cursor | null {
  const lineStart = lineStartAt(text, offset);
  const before = text.slice(lineStart, offset);
  if (isInComment(before)) return null;
  const end = offset + /^[\w./*:?&=-]*/.exec(text.slice(offset))![0].length;
  const flow = flowCursor(text, offset, end);
  if (flow !== null) return flow;
  const key = KEY.exec(before);
  if (key !== null) {
    const name = keyName(key);
    const value = before.slice(key[0].length);
    const prefix = value.trimStart();
    const indent = key[1]!.length + key[2]!.length;
    const path = [...parentPath(text, lineStart, { indent, isItem: key[2] !== '' }), name];
    return {
      path,
      kind: 'value',
      prefix,
      start: offset - prefix.length,
      end,
      indent,
      isFlow: false,
    };
  }
  const [lead, spaces, dashes] = /^(\s*)((?:-\s+)*)/.exec(before) as unknown as [
    string,
    string,
    string,
  ];
  const prefix = before.slice(lead.length);
  const indent = spaces.length + dashes.length;
  const path = parentPath(text, lineStart, { indent, isItem: dashes !== '' });
  const start = offset - prefix.length;
  const kind = dashes === '' ? 'key' : 'value';
  return { path, kind, prefix, start, end, indent, isFlow: false };
}

function isInComment(before: string): boolean {
  return /(^|\s)#/.test(before.replace(/"[^"]*"|'[^']*'/g, ''));
}

function keyName([, , , double, single, plain]: RegExpExecArray): string {
  return double ?? single ?? plain!.trimEnd();
}

/** The keys above a line that hold what stands at an indentation. */
function parentPath(
  text: string,
  lineStart: number,
  { indent, isItem }: { indent: number; isItem: boolean },
): string[] {
  const path: string[] = [];
  let depth = indent;
  // An item of a list may stand as deep as the key that holds it.
  let itemDepth = isItem ? depth : -1;
  let end = lineStart - 1;
  while (end >= 0 && depth > 0) {
    const start = lineStartAt(text, end);
    const line = text.slice(start, end);
    end = start - 1;
    const key = KEY.exec(line);
    if (key === null) continue;
    const own = key[1]!.length + key[2]!.length;
    if (own < depth || (itemDepth >= 0 && key[2] === '' && own < itemDepth)) {
      path.unshift(keyName(key));
      depth = own;
      itemDepth = key[2] === '' ? -1 : own;
    }
  }
  return path;
}

/** Before an item of a list that has no key of its own. */
const DASHES = /^\s*(?:-\s+)+/;
const ITEM_IN_BRACKETS = /^\s*(?:-\s+)+[[{]/;

const MOST_FLOW_LINES = 50;

interface Open {
  bracket: '{' | '[';
  /** The key that is being given a value inside of it. */
  key: string | null;
  items: number;
}

/** Inside brackets: the path is that of the block key before the outermost one, and the keys inside. */
function flowCursor(text: string, offset: number, end: number): Cursor | null {
  const from = flowStart(text, offset);
  if (from === null) return null;
  const open: Open[] = [];
  let word = '';
  let wordStart = offset;
  for (let at = from; at < offset; at++) {
    const char = text[at]!;
    const top = open.at(-1);
    if (char === '{' || char === '[') open.push({ bracket: char, key: null, items: 0 });
    else if (char === '}' || char === ']') open.pop();
    else if (char === ',' && top !== undefined)
      Object.assign(top, { key: null, items: top.items + 1 });
    else if (char === ':' && top?.bracket === '{' && /[\s"']/.test(text[at + 1] ?? ' ')) {
      top.key = word.trim().replace(/^['"]|['"]$/g, '');
    } else {
      if (word === '' && /\s/.test(char)) continue;
      if (word === '') wordStart = at;
      word += char;
      continue;
    }
    word = '';
    wordStart = offset;
  }
  const top = open.at(-1);
  if (top === undefined) return null;
  const lineStart = lineStartAt(text, from);
  const lead = text.slice(lineStart, from);
  const head = KEY.exec(lead);
  const dashes = DASHES.exec(lead)?.[0] ?? '';
  const indent = head === null ? dashes.length : head[1]!.length + head[2]!.length;
  const outer = parentPath(text, lineStart, { indent, isItem: head?.[2] !== '' });
  const inner = open.slice(0, -1).map(({ key, items }) => key ?? String(items));
  const own = top.bracket === '[' ? [String(top.items)] : top.key === null ? [] : [top.key];
  const path = [...outer, ...(head === null ? [] : [keyName(head)]), ...inner, ...own];
  const kind = top.bracket === '{' && top.key === null ? 'key' : 'value';
  return { path, kind, prefix: word, start: wordStart, end, indent, isFlow: true };
}

/** Where the outermost bracket that is open at an offset begins; null: none is. */
function flowStart(text: string, offset: number): number | null {
  const lines = text.slice(0, offset).split('\n');
  let at = offset - lines.at(-1)!.length;
  const first = Math.max(0, lines.length - MOST_FLOW_LINES);
  for (let line = lines.length - 1; line >= first; line--) {
    const isItem = ITEM_IN_BRACKETS.test(lines[line]!);
    const before = (isItem ? DASHES : KEY).exec(lines[line]!)?.[0].length ?? -1;
    const rest = lines[line]!.slice(Math.max(0, before));
    if (before >= 0 && /^\s*[[{]/.test(rest)) return at + before + rest.search(/[[{]/);
    at -= (lines[line - 1]?.length ?? 0) + 1;
  }
  return null;
}
