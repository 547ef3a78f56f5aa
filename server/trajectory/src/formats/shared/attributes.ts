import {
  get,
  isArray,
  isNull,
  isObject,
  isString,
  itemsOf,
  keyNames,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { joinedArray, joinedObject } from './joinedNode.ts';
import { perName } from './perName.ts';

/**
 * What a span says of itself, by dotted names: its own members, and its attributes as nested objects, as
 * flattened keys (also with the prefix that data frames have), or as a list of `{key, value}`.
 */
export class Attributes {
  private readonly maps: ReadonlyMap<string, JsonNode>[] = [];
  /** The names' first parts: most names that are asked for are in no map. */
  private readonly heads = new Set<string>();

  constructor(...nodes: (JsonNode | null)[]) {
    for (const node of nodes) this.add(node);
  }

  add(node: JsonNode | null): void {
    const members = membersOf(node);
    if (members.size === 0) return;
    this.maps.push(members);
    for (const key of members.keys()) this.heads.add(headOf(key));
  }

  /** The first of these that is there and says something. */
  at(...names: string[]): JsonNode | null {
    const hasPrefix = this.heads.has('attributes');
    for (const name of names) {
      const found = this.one(name) ?? (hasPrefix ? this.one(`attributes.${name}`) : null);
      if (found) return found;
    }
    return null;
  }

  private one(name: string): JsonNode | null {
    if (!this.heads.has(headOf(name))) return null;
    for (const map of this.maps) {
      const found = inMap(map, name);
      if (found && !isBlank(found)) return found;
    }
    return null;
  }

  text(...names: string[]): string | null {
    return str(this.at(...names));
  }

  /** What flattened keys below a name make up: `name.0.role` and so on. */
  flat(name: string): JsonNode | null {
    if (!this.heads.has(headOf(name)) && !this.heads.has('attributes')) return null;
    for (const map of this.maps) {
      const branch = new Branch();
      for (const prefix of [`${name}.`, `attributes.${name}.`]) {
        for (const [key, value] of map)
          if (key.startsWith(prefix)) branch.set(key.slice(prefix.length).split('.'), value);
      }
      if (branch.children.size > 0) return branch.node;
    }
    return null;
  }
}

const headOf = perName((name) => {
  const dot = name.indexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
});

/** An object with dotted keys as the nested one that it stands for. */
export function unflatten(object: JsonNode): JsonNode {
  if (!hasDottedKey(object)) return object;
  const branch = new Branch();
  for (const [key, value] of membersOf(object)) branch.set(key.split('.'), value);
  return branch.node;
}

function hasDottedKey({ items, source }: JsonNode): boolean {
  return items.some(({ keyStart, keyEnd }) => source.text.slice(keyStart, keyEnd).includes('.'));
}

const MOST_LEVELS = 12;

class Branch {
  readonly children = new Map<string, Branch>();
  private value: JsonNode | null = null;

  set(path: readonly string[], value: JsonNode, level = 0): void {
    const last = level >= path.length - 1 || level >= MOST_LEVELS;
    const key = last ? path.slice(level).join('.') : path[level]!;
    const child = this.children.get(key) ?? new Branch();
    this.children.set(key, child);
    if (last) child.value ??= value;
    else child.set(path, value, level + 1);
  }

  get node(): JsonNode {
    if (this.children.size === 0) return this.value ?? joinedObject([]);
    const entries = [...this.children].map(([key, child]) => [key, child.node] as const);
    if (!entries.every(([key]) => /^\d+$/.test(key))) return joinedObject(entries);
    entries.sort(([a], [b]) => Number(a) - Number(b));
    return joinedArray(entries.map(([, node]) => node));
  }
}

function membersOf(node: JsonNode | null): Map<string, JsonNode> {
  const members = new Map<string, JsonNode>();
  const object = isString(node) ? nested(node) : node;
  if (isObject(object)) {
    keyNames(object).forEach((key, i) => {
      if (!members.has(key)) members.set(key, object.items[i]!);
    });
  }
  for (const item of itemsOf(object)) {
    const key = str(get(item, 'key'));
    const value = get(item, 'value');
    if (key !== null && value && !members.has(key)) members.set(key, plainValue(value));
  }
  return members;
}

function inMap(map: ReadonlyMap<string, JsonNode>, name: string): JsonNode | null {
  const whole = map.get(name);
  if (whole) return whole;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const found = inNode(map.get(name.slice(0, dot)) ?? null, name.slice(dot + 1));
    if (found) return found;
  }
  return null;
}

function inNode(object: JsonNode | null, name: string): JsonNode | null {
  if (!isObject(object)) return null;
  const whole = get(object, name);
  if (whole) return whole;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const found = inNode(get(object, name.slice(0, dot)), name.slice(dot + 1));
    if (found) return found;
  }
  return null;
}

function isBlank(node: JsonNode): boolean {
  if (isNull(node)) return true;
  if (isString(node)) return node.end - node.start <= 2;
  return (isObject(node) || isArray(node)) && node.first === null;
}

const SCALARS = ['stringValue', 'string_value', 'intValue', 'doubleValue', 'boolValue'];

/** OpenTelemetry's JSON writes each value with its type. */
function plainValue(value: JsonNode): JsonNode {
  if (!isObject(value) || value.items.length !== 1) return value;
  const list = get(value, 'arrayValue') ?? get(value, 'array_value');
  if (list) return joinedArray(itemsOf(get(list, 'values')).map(plainValue));
  const members = get(value, 'kvlistValue') ?? get(value, 'kvlist_value');
  if (members) return joinedObject(membersOf(get(members, 'values')));
  for (const key of SCALARS) {
    const inner = get(value, key);
    if (inner) return inner;
  }
  return value;
}
