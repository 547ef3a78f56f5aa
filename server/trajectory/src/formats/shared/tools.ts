import type { Builder } from '../../assemble/builder.ts';
import { getAny, isContainer, isString, nested, str } from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';

const MEMBERS = ['tools', 'functions', 'tool_definitions', 'available_tools'];

/** Gives the trajectory the tool definitions of its record: a list, or JSON in a string. */
export function recordTools(build: Builder, record: JsonNode): void {
  const value = getAny(record, ...MEMBERS);
  const definitions = nested(value);
  if (!isContainer(definitions) || definitions.first === null) return;
  const { source, start, end } = definitions;
  build.tools(isString(value) ? (str(value) ?? '') : source.text.slice(start, end));
}
