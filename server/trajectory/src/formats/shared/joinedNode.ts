import { JsonNode } from '../../json/jsonTree.ts';
import type { Source } from '../../text/source.ts';

/**
 * An object or array whose values stand apart in the file, as flattened keys and typed attribute lists
 * have them. Its values keep their places; it has none itself, so that it never becomes a span.
 */
export function joinedObject(entries: Iterable<readonly [string, JsonNode]>): JsonNode {
  const list = [...entries];
  const node = emptyNode('object', list.map(([key]) => key).join(''));
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

export function joinedArray(values: readonly JsonNode[]): JsonNode {
  return chain(emptyNode('array', ''), values.map(copyOf));
}

function emptyNode(type: 'object' | 'array', keys: string): JsonNode {
  const source: Source = { text: keys, depth: 0, toRaw: () => 0 };
  return new JsonNode(type, source, 0, 0);
}

function chain(node: JsonNode, values: JsonNode[]): JsonNode {
  values.forEach((value, i) => {
    value.next = values[i + 1] ?? null;
  });
  node.first = values[0] ?? null;
  return node;
}

function copyOf(value: JsonNode): JsonNode {
  const copy = new JsonNode(value.type, value.source, value.start, value.end);
  copy.escaped = value.escaped;
  copy.closed = value.closed;
  copy.first = value.first;
  return copy;
}
