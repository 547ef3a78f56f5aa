import type { Builder } from '../../assemble/builder.ts';
import { getAnyOf, inside, isContainer, isString, literal, namesOf } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { unescapeText } from '../../text/escapes.ts';
import type { Slice } from '../../text/source.ts';

const MEMBERS = namesOf('tools', 'functions', 'tool_definitions', 'available_tools');

/** Gives the trajectory the tool definitions of its record: a list, or JSON in a string. */
export function recordTools(build: Builder, record: JsonNode): void {
  const value = getAnyOf(record, MEMBERS);
  if (isString(value)) {
    const beginning = value.source.text.slice(value.start, value.start + BEGINNING);
    if (FILLED.test(beginning)) build.tools(decodedLater(inside(value)));
  } else if (isFilled(value)) build.tools(decodedLater(literal(value)));
}

/** Of the value's text alone, so that no tree is kept for it. */
function decodedLater({ source, start, end, escaped }: Slice): () => string {
  return () => {
    const raw = source.text.slice(start, end);
    return escaped ? unescapeText(raw) : raw;
  };
}

const BEGINNING = 400;
const BLANK = '(?:\\s|\\\\[nrt])*';
/** A list or object with something in it, as it stands in a string. */
const FILLED = new RegExp(`^"${BLANK}[[{]${BLANK}(?!\\s|\\\\[nrt])[^\\]}"]`);

function isFilled(value: JsonNode | null): value is JsonNode & { type: 'object' | 'array' } {
  return isContainer(value) && value.first !== null;
}
