import {
  get,
  isArray,
  isContainer,
  isObject,
  isString,
  keyName,
  nested,
} from '../json/jsonNode.ts';
import { copyOf } from '../formats/shared/joinedNode.ts';
import { JsonNode } from '../json/jsonTree.ts';
import { memberNames } from './memberNames.ts';

/** A value that lies in another, and the name that it has there. */
export interface Inner {
  value: JsonNode;
  name: string | null;
}

/** One step from a file's values to the records in them. */
export interface Layer {
  /** For the verdict's reason. */
  where: string;
  unwrap: (value: JsonNode) => Iterable<Inner>;
}

export const EXPANDED = 'JSON in strings';

/** Members that programs keep their records in; they are looked at before others. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['data', 'trajectories', 'trajectory', 'traj', 'logs', 'log', 'episodes', 'records', 'rows'],
  ...['samples', 'examples', 'items', 'results', 'conversations', 'conversation', 'messages'],
  ...['history', 'steps', 'events', 'runs', 'sessions', 'session', 'train', 'test', 'output'],
]);

/** Members that are looked into; a record with more columns has its conversation among the first. */
const MOST_KEYS = 24;
/** Decoding a string to look for JSON in it costs as much as it is long. */
const MOST_LOOKED_AT = 1 << 20;

/** The steps that lead from some of a file's values to what may be records. */
export function layersOf(samples: readonly JsonNode[]): Layer[] {
  const keys = memberNames(samples, isContainer, KNOWN).slice(0, MOST_KEYS);
  const under = (key: string): Layer => ({
    where: `under \`${key}\``,
    unwrap: (value) => member(value, key),
  });
  const hasLists = samples.some((value) => isArray(value) && value.items.some(isContainer));
  return [
    ...(samples.some(holdsJsonStrings) ? [{ where: EXPANDED, unwrap: expanding(samples) }] : []),
    ...keys.filter((key) => KNOWN.has(key)).map(under),
    ...(samples.some(isNamed) ? [{ where: 'by name', unwrap: byName }] : []),
    ...keys.filter((key) => !KNOWN.has(key)).map(under),
    ...(hasLists ? [{ where: 'in lists', unwrap: items }] : []),
  ];
}

function member(value: JsonNode, key: string): Inner[] {
  const found = get(value, key);
  return isContainer(found) ? [{ value: found, name: null }] : [];
}

function* items(value: JsonNode): Iterable<Inner> {
  if (!isArray(value)) return;
  for (let item = value.first; item; item = item.next) yield { value: item, name: null };
}

function* byName(value: JsonNode): Iterable<Inner> {
  if (!isNamed(value)) return;
  for (let item = value.first; item; item = item.next) {
    if (isContainer(item)) yield { value: item, name: keyName(value, item) };
  }
}

/** Most members are objects or lists: a map from names to records, among them perhaps a note or a count. */
function isNamed(value: JsonNode): boolean {
  if (!isObject(value) || value.items.length === 0) return false;
  return value.items.filter(isContainer).length * 2 > value.items.length;
}

/** Its records may be in its strings. */
export function holdsJsonStrings(value: JsonNode): boolean {
  if (isString(value)) return jsonIn(value) !== null;
  return isObject(value) && value.items.some((item) => recordsIn(item) !== null);
}

function jsonIn(node: JsonNode): JsonNode | null {
  if (!isString(node) || node.end - node.start > MOST_LOOKED_AT) return null;
  if (!/^"\s*(?:\\[nrt]\s*)*[{[]/.test(node.source.text.slice(node.start, node.start + 40)))
    return null;
  const inner = nested(node);
  return inner?.closed === true && inner.first !== null ? inner : null;
}

/** The JSON in a member's string, if it is more than a text that is written so: a record, or a list of them. */
function recordsIn(node: JsonNode): JsonNode | null {
  const inner = jsonIn(node);
  if (!inner) return null;
  const lists = isArray(inner) ? [inner] : inner.items;
  return lists.some((list) => isContainer(list) && list.items.some(isContainer)) ? inner : null;
}

/**
 * Sets out what stands as JSON in strings: that of a string itself, or of the members that hold records so in
 * some of the samples.
 */
function expanding(samples: readonly JsonNode[]): (value: JsonNode) => Inner[] {
  const columns = new Set(memberNames(samples, (item) => recordsIn(item) !== null, []));
  return (value) => {
    if (isString(value)) {
      const inner = nested(value);
      return inner ? [{ value: inner, name: null }] : [];
    }
    if (!isObject(value) || columns.size === 0) return [{ value, name: null }];
    const copy = new JsonNode(value.type, value.source, value.start, value.end);
    copy.closed = value.closed;
    let last: JsonNode | null = null;
    for (const item of value.items) {
      const isColumn = isString(item) && columns.has(keyName(value, item));
      const one = copyOf((isColumn ? jsonIn(item) : null) ?? item);
      one.keyStart = item.keyStart;
      one.keyEnd = item.keyEnd;
      if (last) last.next = one;
      else copy.first = one;
      last = one;
    }
    return [{ value: copy, name: null }];
  };
}
