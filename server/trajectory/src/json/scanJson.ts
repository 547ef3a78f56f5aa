import { checkInterruption } from '../text/interruption.ts';
import type { Source } from '../text/source.ts';
import { JsonNode, keyBit, type JsonError, type Scan } from './jsonTree.ts';

/** No tool nests deeper; below this only brackets are counted, so that no input can exhaust memory. */
const MAX_DEPTH = 200;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Scans one JSON value at or after `start`, without recursion and without building values: strings are
 * left in place. Tolerant: a missing comma, colon or bracket is noted in `error` and passed over.
 */
export function scanJson(source: Source, start = 0, limit = source.text.length): Scan {
  return new JsonScanner(source).scan(start, limit);
}

/** For many values of one source, one after the other: it remembers where the next backslash is. */
export class JsonScanner {
  private readonly text: string;
  /** The text up to the limit, so that no search runs far beyond the value, again and again. */
  private searched = '';
  private limit = -1;
  private maxDepth = MAX_DEPTH;
  private error: JsonError | null = null;
  /** The open containers, `depth` of them: an array that is never shortened, as that takes time. */
  private readonly stack: JsonNode[] = [];
  /** The last value of each open container. */
  private readonly lasts: (JsonNode | null)[] = [];
  private depth = 0;
  private at = 0;
  private stringClosed = false;
  /** What the innermost open container has last. */
  private before: 'bracket' | 'value' | 'comma' = 'bracket';
  private nextBackslash = -1;

  constructor(private readonly source: Source) {
    this.text = source.text;
  }

  /** `depth`: containers around the value, where it is scanned by itself. */
  scan(start: number, limit = this.text.length, depth = 0): Scan {
    if (limit !== this.limit || start < this.at) {
      this.limit = limit;
      this.searched = limit < this.text.length ? this.text.slice(0, limit) : this.text;
      this.nextBackslash = -1;
    }
    this.maxDepth = MAX_DEPTH - depth;
    this.at = start;
    this.error = null;
    this.before = 'bracket';
    const root = this.open();
    while (this.depth > 0) this.step();
    return { value: root, end: Math.min(this.at, this.limit), error: this.error };
  }

  /** One item, key or bracket of the innermost open container. */
  private step(): void {
    checkInterruption();
    const container = this.stack[this.depth - 1]!;
    this.skipBlank();
    if (this.at >= this.limit) {
      this.cut();
      return;
    }
    const code = this.text.charCodeAt(this.at);
    if (code === COMMA) {
      if (this.before !== 'value') this.fail('a value is wanted before this comma');
      this.before = 'comma';
      this.at += 1;
      return;
    }
    if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      if (this.before === 'comma') this.fail('a value is wanted after the comma');
      this.close(code);
      return;
    }
    if (this.before === 'value') this.fail('a comma is wanted here');
    this.before = 'value';
    if (container.type === 'array') {
      if (code === COLON) this.passOver('a colon in an array');
      else this.add(container);
    } else if (code === QUOTE) {
      this.member(container);
    } else {
      this.passOver('a key in quotes is wanted here');
    }
  }

  private member(container: JsonNode): void {
    const keyStart = this.at + 1;
    this.skipString();
    const keyEnd = Math.max(keyStart, this.at - 1);
    this.skipBlank();
    if (this.text.charCodeAt(this.at) === COLON && this.at < this.limit) {
      this.at += 1;
      this.skipBlank();
    } else {
      this.fail('a colon is wanted here');
    }
    const code = this.at < this.limit ? this.text.charCodeAt(this.at) : CLOSE_OBJECT;
    if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_ARRAY || code === COLON) {
      if (this.at < this.limit) this.fail('a value is wanted here');
      return;
    }
    const node = this.add(container);
    if (!node) return;
    node.keyStart = keyStart;
    node.keyEnd = keyEnd;
    container.keyBits |= keyBit(keyEnd - keyStart, this.text.charCodeAt(keyStart));
  }

  private add(container: JsonNode): JsonNode | null {
    const level = this.depth - 1;
    const node = this.open();
    if (!node) return null;
    const last = this.lasts[level];
    if (last) last.next = node;
    else container.first = node;
    this.lasts[level] = node;
    return node;
  }

  /** Scans a string or scalar; of a container only the opening bracket. */
  private open(): JsonNode | null {
    this.skipBlank();
    if (this.at >= this.limit) return null;
    const start = this.at;
    const code = this.text.charCodeAt(start);
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) return this.openContainer(code);
    if (code === QUOTE) {
      const escaped = this.skipString();
      const node = new JsonNode('string', this.source, start, this.at);
      node.escaped = escaped;
      node.closed = this.stringClosed;
      return node;
    }
    this.skipScalar();
    return new JsonNode('scalar', this.source, start, this.at);
  }

  private openContainer(code: number): JsonNode {
    const node = new JsonNode(
      code === OPEN_OBJECT ? 'object' : 'array',
      this.source,
      this.at,
      this.limit,
    );
    this.at += 1;
    node.keyBits = 0;
    node.closed = false;
    if (this.depth >= this.maxDepth) {
      node.closed = this.skipNested();
      node.end = this.at;
      return node;
    }
    this.stack[this.depth] = node;
    this.lasts[this.depth] = null;
    this.depth += 1;
    this.before = 'bracket';
    return node;
  }

  private close(code: number): void {
    const wanted = code === CLOSE_OBJECT ? 'object' : 'array';
    let top = this.depth - 1;
    while (top >= 0 && this.stack[top]!.type !== wanted) top -= 1;
    if (top < 0) {
      this.passOver('a closing bracket without an opening one');
      return;
    }
    if (top < this.depth - 1) this.fail('a closing bracket of the other kind is wanted here');
    for (let i = this.depth - 1; i > top; i -= 1) this.stack[i]!.end = this.at;
    this.at += 1;
    this.before = 'value';
    const node = this.stack[top]!;
    node.end = this.at;
    node.closed = true;
    this.depth = top;
  }

  private cut(): void {
    this.fail('the text ends inside a value');
    for (let i = 0; i < this.depth; i += 1) this.stack[i]!.end = this.limit;
    this.depth = 0;
  }

  /** Leaves `at` after the closing quote, or at the limit. Returns whether there was a backslash. */
  private skipString(): boolean {
    const { text, searched, limit } = this;
    const from = this.at + 1;
    let quote = searched.indexOf('"', from);
    while (quote >= 0 && text.charCodeAt(quote - 1) === BACKSLASH) {
      let run = quote - 1;
      while (run > from && text.charCodeAt(run - 1) === BACKSLASH) run -= 1;
      if (run < from || (quote - run) % 2 === 0) break;
      quote = searched.indexOf('"', quote + 1);
    }
    this.stringClosed = quote >= 0;
    const end = this.stringClosed ? quote : limit;
    if (!this.stringClosed) this.fail('a string without its closing quote', this.at);
    this.at = this.stringClosed ? end + 1 : limit;
    if (this.nextBackslash < from) {
      const next = searched.indexOf('\\', from);
      this.nextBackslash = next < 0 ? Infinity : next;
    }
    return this.nextBackslash < end;
  }

  private skipScalar(): void {
    const { text, limit } = this;
    const start = this.at;
    let at = start;
    while (at < limit && !isDelimiter(text.charCodeAt(at))) at += 1;
    this.at = at;
    if (!isScalar(text, start, at)) this.fail('not a JSON value', start, at);
    if (at === start) this.at += 1;
  }

  /** From after an opening bracket to after its closing one, counting brackets outside of strings. */
  private skipNested(): boolean {
    const { text, limit } = this;
    let depth = 1;
    while (this.at < limit) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.skipString();
        continue;
      }
      this.at += 1;
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        depth -= 1;
        if (depth === 0) return true;
      }
    }
    this.fail('the text ends inside a value');
    return false;
  }

  private skipBlank(): void {
    const { text, limit } = this;
    let at = this.at;
    while (at < limit) {
      const code = text.charCodeAt(at);
      if (code > 32 ? code !== 0xfeff : !isJsonBlank(code)) break;
      at += 1;
    }
    this.at = at;
  }

  private passOver(message: string): void {
    const start = this.at;
    this.at += 1;
    const { text, limit } = this;
    while (this.at < limit && !isDelimiter(text.charCodeAt(this.at))) this.at += 1;
    this.fail(message, start, this.at);
  }

  private fail(message: string, start = this.at, end = Math.min(start + 1, this.limit)): void {
    this.error ??= { message, start, end: Math.max(start, end) };
  }
}

/** With the zeros that a crash leaves. */
function isJsonBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9 || code === 0;
}

function isDelimiter(code: number): boolean {
  return (
    code === COMMA ||
    code === QUOTE ||
    code === COLON ||
    code === OPEN_ARRAY ||
    code === CLOSE_ARRAY ||
    code === OPEN_OBJECT ||
    code === CLOSE_OBJECT ||
    code <= 32
  );
}

/** Python writes NaN and Infinity, so these pass. */
const SCALAR = /^(?:true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function isScalar(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 4 && (text.startsWith('null', start) || text.startsWith('true', start)))
    return true;
  return length <= 400 && SCALAR.test(text.slice(start, end));
}
