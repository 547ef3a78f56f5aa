import { own } from '@deepcoder/vocabulary';
import { DEEPEST_ARGUMENTS, nestingDepth } from './callArguments.ts';

/** A tool in OpenAI's form, which chat templates read. Further members stay as the file has them. */
export interface ToolDefinition {
  type: 'function';
  function: { name: string } & Record<string, unknown>;
}

/** Where a format keeps the schema of a tool's parameters. */
const SCHEMA_KEYS = [
  'input_schema',
  'inputSchema',
  'parametersJsonSchema',
  'parameters_json_schema',
];

/**
 * The tool definitions of a trajectory in OpenAI's form, from OpenAI's own, flat ones (Responses, ATIF),
 * Anthropic's (`input_schema`), MCP's (`inputSchema`) and Gemini's (`functionDeclarations`). Empty where the
 * text holds none; what has no name is left out. `parse` reads the text.
 */
export function toolDefinitions(
  text: string | null,
  parse: (text: string) => unknown = JSON.parse,
): ToolDefinition[] {
  if (text === null || nestingDepth(text) > DEEPEST_ARGUMENTS) return [];
  try {
    return definitionsIn(parse(text));
  } catch {
    return [];
  }
}

function definitionsIn(value: unknown): ToolDefinition[] {
  if (Array.isArray(value)) return value.flatMap(definitionsIn);
  if (typeof value === 'string') return toolDefinitions(value);
  if (!isRecord(value)) return [];
  const declared = value['functionDeclarations'] ?? value['function_declarations'];
  if (declared !== undefined) return definitionsIn(declared);
  if (isRecord(value['function'])) return definition(value['function']);
  const listed = value['tools'] ?? value['functions'];
  if (Array.isArray(listed)) return definitionsIn(listed);
  return definition(value);
}

function definition(given: Record<string, unknown>): ToolDefinition[] {
  const { name, ...rest } = given;
  // Flat definitions say `function` here, which the one around them does.
  delete rest['type'];
  if (typeof name !== 'string' || name === '') return [];
  const key = SCHEMA_KEYS.find((one) => isRecord(own(rest, one)));
  if (key === undefined || 'parameters' in rest) {
    return [{ type: 'function', function: { name, ...rest } }];
  }
  const renamed = Object.entries(rest).map(([own, value]): [string, unknown] => [
    own === key ? 'parameters' : own,
    value,
  ]);
  return [{ type: 'function', function: { name, ...Object.fromEntries(renamed) } }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
