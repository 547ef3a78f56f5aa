import { JsonNode } from '../../json/jsonTree.ts';
import type { Source } from '../../text/source.ts';

/**
 * An object or array whose values stand apart in the file, as flattened keys and typed attribute lists
 * have them. Its values keep their places; it never becomes a span itself. `place`: the value that it was
 * made of, where what reads it asks where a record stands.
 */
export function joinedObject(
  entries: Iterable<readonly [string, JsonNode]>,
  place?: JsonNode,
): JsonNode {
  const list = [...entries];
  const node = emptyNode('object', list.map(([key]) => key).join(''), place);
  let keyStart = 0;
  const values = list.map(([key, value]) => {
    const copy = copyOf(value);
    copy.keyStart = keyStart;
    keyStart += key.length;
    copy.keyEnd = keyStart;
    return copy;
  });
  return chain(node, values);
}

export function joinedArray(values: readonly JsonNode[], place?: JsonNode): JsonNode {
  return chain(emptyNode('array', '', place), values.map(copyOf));
}

/** A string that stands nowhere in the file, such as a role that a program leaves out. */
export function wordNode(word: string): JsonNode {
  const source: Source = { text: `"${word}"`, depth: 0, toRaw: () => 0 };
  return new JsonNode('string', source, 0, source.text.length);
}

/**
 * Some of an object's members that stand together, as a literal of its own; with braces around it the text is
 * an object again. All of the object where others stand between them; null where there are none.
 */
export function memberStretch(object: JsonNode, members: readonly JsonNode[]): JsonNode | null {
  const [first, last] = [members[0], members[members.length - 1]];
  if (!first || !last) return null;
  const from = object.items.indexOf(first);
  const isTogether = members.every((member, i) => object.items[from + i] === member);
  return isTogether ? new JsonNode('scalar', first.source, first.keyStart - 1, last.end) : object;
}

/** The object's text, where the node is a stretch of its members. */
export function stretchJson({ type, source, start, end }: JsonNode): string | null {
  const isStretch = type === 'scalar' && source.text[start] === '"';
  return isStretch ? `{${source.text.slice(start, end)}}` : null;
}

function emptyNode(type: 'object' | 'array', keys: string, place?: JsonNode): JsonNode {
  const toRaw = (at: number): number => (at === 0 ? place?.rawStart : place?.rawEnd) ?? 0;
  const source: Source = { text: keys, depth: place?.source.depth ?? 0, toRaw };
  return new JsonNode(type, source, 0, place ? place.end - place.start : 0);
}

function chain(node: JsonNode, values: JsonNode[]): JsonNode {
  values.forEach((value, i) => {
    value.next = values[i + 1] ?? null;
  });
  node.first = values[0] ?? null;
  return node;
}

/** The same value, for a place in another object or list. */
export function copyOf(value: JsonNode): JsonNode {
  const copy = new JsonNode(value.type, value.source, value.start, value.end);
  copy.escaped = value.escaped;
  copy.closed = value.closed;
  copy.first = value.first;
  return copy;
}
