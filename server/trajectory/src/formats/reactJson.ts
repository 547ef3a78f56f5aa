import {
  inside,
  isArray,
  isObject,
  isString,
  itemsOf,
  get,
  textIncludes,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { decodedSource } from '../text/source.ts';
import type { Format } from './format.ts';
import { readReact } from './reactText.ts';

/** ReAct text in the strings of a JSON file: prompts by name, or one record a line or item. */
export const reactJson: Format = {
  id: 'react_json',
  title: 'ReAct text in JSON strings',
  detect({ samples }) {
    const found = samples
      .flatMap(texts)
      .some((text) => textIncludes(text, /Thought(?: \d+)?:[^]*?Action(?: \d+)?:/));
    return found ? 'strings with labels `Thought` and `Action`' : null;
  },
  record(build, { value }) {
    for (const text of texts(value)) {
      const source = decodedSource(inside(text));
      readReact(build, source, { start: 0, end: source.text.length });
      build.close(text.end);
    }
  },
};

function texts(record: JsonNode): JsonNode[] {
  if (isString(record)) return [record];
  if (isArray(record)) return record.items.filter(isString);
  if (!isObject(record)) return [];
  const list = itemsOf(get(record, 'trajectory'));
  return [...record.items, ...list].filter((item) => isString(item));
}
