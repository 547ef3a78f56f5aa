import { joinedArray, joinedObject, wordNode } from '../../formats/shared/joinedNode.ts';
import { isArray, isNull, isObject, keyName } from '../../json/jsonNode.ts';
import type { NameBits } from '../../json/keyNames.ts';
import { JsonNode } from '../../json/jsonTree.ts';

/**
 * A program's own arrangement of what a dialect reads, set out as that dialect has it: the values keep their
 * places in the file. One row here reads what would else take a format.
 */
export interface Recast {
  /** For the verdict's reason. */
  where: string;
  /** One of these names is in each value that it is of; of messages, in a message. */
  names: NameBits;
  /** Null where the value is not of this arrangement. */
  of: (value: JsonNode) => JsonNode | null;
}

type Entry = readonly [key: string, value: JsonNode | null | undefined];

/** An object of the members that are there. */
export function object(entries: readonly Entry[], place?: JsonNode): JsonNode {
  const there = entries.flatMap(([key, value]): [string, JsonNode][] =>
    value && !isNull(value) ? [[key, value]] : [],
  );
  return joinedObject(there, place);
}

export function list(items: readonly (JsonNode | null)[]): JsonNode {
  return joinedArray(items.filter((item) => item !== null));
}

/** A chat message. */
export function message(role: string, entries: readonly Entry[] = []): JsonNode {
  return object([['role', wordNode(role)], ...entries]);
}

export function says(role: string, content: JsonNode | null): JsonNode | null {
  return content && !isNull(content) ? message(role, [['content', content]]) : null;
}

/** A call as chat messages list it. */
export function call(
  name: JsonNode | null,
  args: JsonNode | null,
  id: JsonNode | null = null,
): JsonNode {
  return object([
    ['id', id],
    ['name', name],
    ['arguments', args],
  ]);
}

/**
 * Of messages: wherever they lie, one by itself, in a list, or in the lists of a record. Null: no message of
 * the arrangement; nothing: one that is dropped.
 */
export function ofMessages(
  recast: (message: JsonNode) => readonly JsonNode[] | null,
): (value: JsonNode) => JsonNode | null {
  const inList = (node: JsonNode): JsonNode | null => {
    const items = node.items.map((item) => (isObject(item) ? recast(item) : null));
    if (items.every((found) => found === null)) return null;
    return joinedArray(
      items.flatMap((found, i) => found ?? [node.items[i]!]),
      node,
    );
  };
  return (value) => {
    if (isArray(value)) return inList(value);
    const own = isObject(value) ? recast(value) : null;
    if (own) return own.length === 1 ? withPlace(own[0]!, value) : joinedArray(own, value);
    if (!isObject(value)) return null;
    const lists = value.items.map((item) => (isArray(item) ? inList(item) : null));
    if (lists.every((found) => found === null)) return null;
    return joinedObject(
      value.items.map((item, i): [string, JsonNode] => [keyName(value, item), lists[i] ?? item]),
      value,
    );
  };
}

function withPlace(node: JsonNode, place: JsonNode): JsonNode {
  if (!isObject(node)) return node;
  return joinedObject(
    node.items.map((item): [string, JsonNode] => [keyName(node, item), item]),
    place,
  );
}

/** A part of what a string node has between its quotes, as a string of its own. */
export function partOf({ source, start, escaped }: JsonNode, from: number, to: number): JsonNode {
  const part = new JsonNode('string', source, start + from - 1, start + to + 1);
  part.escaped = escaped;
  return part;
}
