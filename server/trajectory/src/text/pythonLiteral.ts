import type { Range } from '@deepcoder/vocabulary';

/** A Python literal by its offsets in the text, and as JSON. `call`: `name(key=value, ...)`. */
export interface PyNode extends Range {
  type: 'dict' | 'list' | 'string' | 'scalar' | 'call';
  /** Of a dict and of a call's keyword arguments beside `items`; null for a positional one. */
  keys: (string | null)[];
  items: PyNode[];
  /** A string's text, a call's name. */
  text: string;
  /** A string's inside, a call's arguments. */
  inner: Range;
  json: string;
}

const MAX_DEPTH = 60;

/**
 * Reads a Python literal at `start`: dicts, lists, tuples, sets, strings, numbers, names of constants, and
 * calls with literals. JSON with another way of quoting is one too. Null where it is broken.
 */
export function readPython(text: string, start: number, limit: number): PyNode | null {
  return new PythonReader(text, limit).value(start, 0);
}

const BLANK = /(?:\s|#[^\n\r]*)*/y;
const NUMBER = /[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const STRING_START = /(?:[rRbBuUfF]{1,2})?('''|"""|'|")/y;
const NAME = /[A-Za-z_][\w.-]*/y;
/** ToolACE's names of calls have blanks and other marks in them; only items of a list are read so. */
const TITLE = /([A-Za-z_][\w.-]*[^\w.\-()[\]{}"=,\n][^()[\]{}"=,\n]*)\(/y;
const KEYWORD = /([A-Za-z_]\w*)\s*=(?!=)/y;
const CONSTANTS = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
]);
const CLOSERS = new Map([
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
]);

class PythonReader {
  constructor(
    private readonly text: string,
    private readonly limit: number,
  ) {}

  value(from: number, depth: number): PyNode | null {
    const at = this.skip(from);
    if (at >= this.limit || depth > MAX_DEPTH) return null;
    const first = this.text[at]!;
    if (first === '{') return this.braces(at, depth);
    if (first === '[' || first === '(') return this.sequence(at, depth);
    return this.string(at) ?? this.number(at) ?? this.name(at, depth);
  }

  /** A dict, or a set as a list. */
  private braces(start: number, depth: number): PyNode | null {
    const node = newNode('dict', start);
    let at = this.skip(start + 1);
    while (this.text[at] !== '}') {
      const key = this.value(at, depth + 1);
      if (!key) return null;
      at = this.skip(key.end);
      const isPair = this.text[at] === ':';
      const value = isPair ? this.value(at + 1, depth + 1) : key;
      if (!value || isPair !== (node.type === 'dict')) {
        if (!value || node.items.length > 0) return null;
        node.type = 'list';
      }
      node.keys.push(isPair ? key.text : null);
      node.items.push(value);
      at = this.afterItem(value.end, '}');
      if (at < 0) return null;
    }
    const json = node.type === 'dict' ? keywordsOf(node) : `[${node.items.map(jsonOf).join(', ')}]`;
    return closed(node, at + 1, json);
  }

  private sequence(start: number, depth: number): PyNode | null {
    const closer = CLOSERS.get(this.text[start]!)!;
    const node = newNode('list', start);
    const end = this.items(node, { from: start + 1, closer, depth });
    return end < 0 ? null : closed(node, end, `[${node.items.map(jsonOf).join(', ')}]`);
  }

  /** Items until the closing bracket, with keywords in round ones; where it ends, -1 if it is broken. */
  private items(
    node: PyNode,
    { from, closer, depth }: { from: number; closer: string; depth: number },
  ): number {
    let at = this.skip(from);
    while (this.text[at] !== closer) {
      const keyword = closer === ')' ? this.match(KEYWORD, at) : null;
      const value =
        this.value(keyword ? KEYWORD.lastIndex : at, depth + 1) ??
        (closer === ']' ? this.titled(at, depth + 1) : null);
      if (!value) return -1;
      node.keys.push(keyword?.[1] ?? null);
      node.items.push(value);
      at = this.afterItem(value.end, closer);
      if (at < 0) return -1;
    }
    return at + 1;
  }

  /** Behind the comma after an item, or at the closing bracket. */
  private afterItem(end: number, closer: string): number {
    const at = this.skip(end);
    if (at >= this.limit) return -1;
    if (this.text[at] === ',') return this.skip(at + 1);
    return this.text[at] === closer ? at : -1;
  }

  private string(start: number): PyNode | null {
    const opening = this.match(STRING_START, start);
    if (!opening) return null;
    const quote = opening[1]!;
    const from = start + opening[0].length;
    let at = from;
    while (at < this.limit && !this.text.startsWith(quote, at)) {
      at += this.text[at] === '\\' ? 2 : 1;
    }
    const end = at + quote.length;
    if (end > this.limit) return null;
    const raw = this.text.slice(from, at);
    const text = /r/i.test(opening[0]) ? raw : unescapePython(raw);
    const node = newNode('string', start);
    return { ...closed(node, end, JSON.stringify(text)), text, inner: { start: from, end: at } };
  }

  private number(start: number): PyNode | null {
    const found = this.match(NUMBER, start);
    if (!found) return null;
    const value = Number(found[0].replace(/_/g, ''));
    const json = isJsonNumber(found[0]) ? found[0] : JSON.stringify(value);
    const node = newNode('scalar', start);
    return { ...closed(node, start + found[0].length, json), text: found[0] };
  }

  private name(start: number, depth: number): PyNode | null {
    const found = this.match(NAME, start);
    if (!found) return null;
    const end = start + found[0].length;
    const constant = CONSTANTS.get(found[0]);
    if (constant !== undefined) {
      return { ...closed(newNode('scalar', start), end, constant), text: found[0] };
    }
    return this.text[end] === '(' ? this.call({ start, end }, found[0], depth) : null;
  }

  private titled(start: number, depth: number): PyNode | null {
    const found = this.match(TITLE, start);
    return found && this.call({ start, end: start + found[1]!.length }, found[1]!.trimEnd(), depth);
  }

  /** `head`: what stands before the bracket. */
  private call(head: Range, name: string, depth: number): PyNode | null {
    const node = newNode('call', head.start);
    const close = this.items(node, { from: head.end + 1, closer: ')', depth });
    if (close < 0) return null;
    const inner = { start: head.end + 1, end: close - 1 };
    return { ...closed(node, close, keywordsOf(node)), text: name, inner };
  }

  private skip(from: number): number {
    BLANK.lastIndex = from;
    BLANK.exec(this.text);
    return Math.min(BLANK.lastIndex, this.limit);
  }

  private match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(this.text);
    return found && pattern.lastIndex <= this.limit ? found : null;
  }
}

function newNode(type: PyNode['type'], start: number): PyNode {
  const inner = { start, end: start };
  return { type, start, end: start, keys: [], items: [], text: '', inner, json: '' };
}

function closed(node: PyNode, end: number, json: string): PyNode {
  return { ...node, end, json };
}

/** Keys and values as an object; positional arguments by their number. */
function keywordsOf({ keys, items }: PyNode): string {
  const parts = items.map((item, i) => `${JSON.stringify(keys[i] ?? String(i))}: ${item.json}`);
  return `{${parts.join(', ')}}`;
}

function jsonOf(node: PyNode): string {
  return node.json;
}

export function isJsonNumber(text: string): boolean {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text);
}

const SIMPLE = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\u0007'],
  ['0', '\0'],
  ['\n', ''],
]);
const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])/g;

function unescapePython(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(ESCAPE, (whole, escape: string) => {
    if (escape.length > 1) {
      const code = parseInt(escape.slice(1), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    return SIMPLE.get(escape) ?? (/[\\'"]/.test(escape) ? escape : whole);
  });
}
