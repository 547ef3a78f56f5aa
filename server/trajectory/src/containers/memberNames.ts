import { isObject, keyName } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';

/** Names of the members that hold such a value in some of the records: the known ones first, then the others. */
export function memberNames(
  records: readonly JsonNode[],
  holds: (item: JsonNode) => boolean,
  known: Iterable<string>,
): string[] {
  const found = new Set<string>();
  for (const record of records) {
    if (!isObject(record)) continue;
    for (let item = record.first; item; item = item.next) {
      if (holds(item)) found.add(keyName(record, item));
    }
  }
  const first = [...known].filter((name) => found.delete(name));
  return [...first, ...found];
}
