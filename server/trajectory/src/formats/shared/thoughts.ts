import type { Builder } from '../../assemble/builder.ts';
import {
  get,
  inside,
  isArray,
  isObject,
  isString,
  mayHave,
  namesOf,
  type Names,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { decodedSource, type Slice } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';

const FIELDS = namesOf(
  'reasoning_content',
  'reasoning',
  'thinking',
  'thought',
  'reasoning_details',
);
const TEXTS = ['text', 'thinking', 'summary', 'content', 'value', 'reasoningText'];

/**
 * What a message gives as its thinking, in the first of these fields that has any: a text, a list of texts
 * or parts (Mistral), or OpenRouter's `reasoning_details`. The other fields repeat it.
 */
export function thoughtsOf(message: JsonNode, fields: Names = FIELDS): readonly Slice[] {
  if (!mayHave(message, fields)) return NONE;
  for (const field of fields.keys) {
    const value = get(message, field);
    const texts = value ? textsIn(value) : NONE;
    if (texts.length > 0) return texts;
  }
  return NONE;
}

const NONE: readonly Slice[] = [];

function textsIn(value: JsonNode | null, depth = 0): readonly Slice[] {
  if (isString(value)) return trim(inside(value)) === null ? NONE : [inside(value)];
  if (depth > 3) return NONE;
  if (isArray(value)) return value.items.flatMap((item) => textsIn(item, depth + 1));
  if (!isObject(value)) return NONE;
  for (const field of TEXTS) {
    const texts = textsIn(get(value, field), depth + 1);
    if (texts.length > 0) return texts;
  }
  return NONE;
}

export function putThoughts(build: Builder, thoughts: readonly Slice[]): void {
  for (const thought of thoughts) build.put('reasoning', thought);
}

/** Whether a text repeats what the message says as its thinking elsewhere. */
export function isRepeated(text: string, thoughts: readonly Slice[]): boolean {
  if (thoughts.length === 0) return false;
  const known = thoughts.map((slice) => decodedSource(slice).text.trim());
  const own = text.trim();
  return known.includes(own) || squeezed(known.join('')) === squeezed(own);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}
