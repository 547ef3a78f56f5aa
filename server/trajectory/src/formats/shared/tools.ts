import type { Builder } from '../../assemble/builder.ts';
import { beginsJson, getAnyOf, isContainer, isString, rawText, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { scanShallow } from '../../json/scanJson.ts';

const MEMBERS = ['tools', 'functions', 'tool_definitions', 'available_tools'];

/** Gives the trajectory the tool definitions of its record: a list, or JSON in a string. */
export function recordTools(build: Builder, record: JsonNode): void {
  const value = getAnyOf(record, MEMBERS);
  if (isString(value)) {
    const text = str(value) ?? '';
    if (beginsJson(text) && isFilled(scanShallow(text))) build.tools(text);
  } else if (isFilled(value)) build.tools(rawText(value));
}

function isFilled(value: JsonNode | null): value is JsonNode & { type: 'object' | 'array' } {
  return isContainer(value) && value.first !== null;
}
