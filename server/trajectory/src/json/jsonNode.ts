import { unescapeText } from '../text/escapes.ts';
import { decodedSource, type Slice } from '../text/source.ts';
import { keyBit, type JsonNode } from './jsonTree.ts';
import { scanJson } from './scanJson.ts';

/** The value of the object's first member of that name; null for other nodes and missing members. */
export function get(node: JsonNode | null, key: string): JsonNode | null {
  if (node?.type !== 'object') return null;
  const { length } = key;
  if (length > 0 && (node.keyBits & keyBit(length, key.charCodeAt(0))) === 0) return null;
  const { text } = node.source;
  for (let item = node.first; item; item = item.next) {
    if (item.keyEnd - item.keyStart === length && text.startsWith(key, item.keyStart)) return item;
  }
  return null;
}

/** The first of these members that is there and not null. */
export function getAny(node: JsonNode | null, ...keys: string[]): JsonNode | null {
  for (const key of keys) {
    const value = get(node, key);
    if (value && !isNull(value)) return value;
  }
  return null;
}

/** Names of members, in the order of preference, made once for many objects. */
export interface Names {
  keys: readonly string[];
  bits: number;
}

export function namesOf(...keys: string[]): Names {
  return { keys, bits: bitsOf(...keys) };
}

/** The `keyBits` of an object that has all of these members. */
function bitsOf(...keys: string[]): number {
  return keys.reduce((bits, key) => bits | keyBit(key.length, key.charCodeAt(0)), 0);
}

/** Whether the object may have one of these members. */
export function mayHave(node: JsonNode | null, { bits }: Names): boolean {
  return node?.type === 'object' && (node.keyBits & bits) !== 0;
}

/** `getAny` for names that are made once. */
export function getAnyOf(node: JsonNode | null, names: Names): JsonNode | null {
  if (!mayHave(node, names)) return null;
  for (const key of names.keys) {
    const value = get(node, key);
    if (value && !isNull(value)) return value;
  }
  return null;
}

export function getPath(node: JsonNode | null, ...path: string[]): JsonNode | null {
  let value = node;
  for (const key of path) value = get(value, key);
  return value;
}

/** The members' names, in the order of `items`. */
export function keyNames(node: JsonNode): string[] {
  return node.items.map((item) => keyName(node, item));
}

/** The name of an object's member, which may itself come from elsewhere. */
export function keyName({ source }: JsonNode, { keyStart, keyEnd }: JsonNode): string {
  return unescapeText(source.text.slice(keyStart, keyEnd));
}

export function isObject(node: JsonNode | null): node is JsonNode & { type: 'object' } {
  return node?.type === 'object';
}

export function isArray(node: JsonNode | null): node is JsonNode & { type: 'array' } {
  return node?.type === 'array';
}

export function isString(node: JsonNode | null): node is JsonNode & { type: 'string' } {
  return node?.type === 'string';
}

export function isNull(node: JsonNode): boolean {
  return node.type === 'scalar' && node.source.text.startsWith('null', node.start);
}

export function isContainer(
  node: JsonNode | null,
): node is JsonNode & { type: 'object' | 'array' } {
  return node?.type === 'object' || node?.type === 'array';
}

export function isTrue(node: JsonNode | null): boolean {
  return node?.type === 'scalar' && node.source.text.startsWith('true', node.start);
}

export function isFalse(node: JsonNode | null): boolean {
  return node?.type === 'scalar' && node.source.text.startsWith('false', node.start);
}

export function arrayOf(node: JsonNode | null): JsonNode | null {
  return node?.type === 'array' ? node : null;
}

export function itemsOf(node: JsonNode | null): readonly JsonNode[] {
  return node?.type === 'array' ? node.items : [];
}

/** What detection looks at of a list, so that it takes no longer for a long one. */
const MOST_FIRST_ITEMS = 20;

export function firstItems(node: JsonNode | null, count = MOST_FIRST_ITEMS): readonly JsonNode[] {
  const first: JsonNode[] = [];
  let item = firstItem(node);
  for (; item && first.length < count; item = item.next) first.push(item);
  return first;
}

export function firstItem(node: JsonNode | null): JsonNode | null {
  return node?.type === 'array' ? node.first : null;
}

/** A string's inside. */
export function inside(node: JsonNode): Slice {
  const end = node.closed ? node.end - 1 : node.end;
  const start = Math.min(node.start + 1, end);
  return { source: node.source, start, end, escaped: node.escaped };
}

/** The whole literal. */
export function literal(node: JsonNode): Slice {
  return { source: node.source, start: node.start, end: node.end, escaped: false };
}

/** The value as it is written, as JSON text. */
export function rawText({ source, start, end }: JsonNode): string {
  return source.text.slice(start, end);
}

/** A string's inside, or else the literal; null for a JSON null. */
export function content(node: JsonNode | null): Slice | null {
  if (!node || isNull(node)) return null;
  return node.type === 'string' ? inside(node) : literal(node);
}

/** A short string's or number's decoded text, for ids, names and types. */
export function str(node: JsonNode | null): string | null {
  if (!node) return null;
  if (node.type === 'string') {
    const { source, start, end, escaped } = inside(node);
    const raw = source.text.slice(start, end);
    return escaped ? unescapeText(raw) : raw;
  }
  if (node.type === 'scalar' && !isNull(node)) return node.source.text.slice(node.start, node.end);
  return null;
}

/** Whether the node is that very string. */
export function is(node: JsonNode | null, value: string): boolean {
  if (node?.type !== 'string') return false;
  if (node.escaped) return str(node) === value;
  const length = node.end - node.start - 2;
  return length === value.length && node.source.text.startsWith(value, node.start + 1);
}

/** JSON written inside a string. Null where the text is no object or array. */
export function nested(node: JsonNode | null): JsonNode | null {
  if (node?.type !== 'string') return node;
  const source = decodedSource(inside(node));
  return beginsJson(source.text) ? scanJson(source).value : null;
}

/** Whether a text begins as an object or array does. */
function beginsJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** Whether a string's raw inside matches; only for patterns without characters that JSON escapes. */
export function textIncludes(node: JsonNode, pattern: RegExp): boolean {
  const { source, start, end } = inside(node);
  return pattern.test(source.text.slice(start, end));
}
