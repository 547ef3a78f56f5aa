import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import {
  content,
  get,
  getAny,
  isArray,
  isObject,
  isString,
  literal,
  nested,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { scanJson } from '../../json/scanJson.ts';
import type { Source } from '../../text/source.ts';
import { isBlankCode } from '../../text/trim.ts';

const NAMES = ['name', 'function', 'tool_name', 'tool', 'action', 'recipient_name'] as const;
const ARGUMENTS = [
  'arguments',
  'parameters',
  'args',
  'input',
  'action_input',
  'tool_input',
  'kwargs',
] as const;

/**
 * Calls as JSON: an object or a list of them, or several values after each other. Where they end; null
 * where the text is no such JSON. An object without a name is a call by its arguments alone.
 */
export function jsonCalls(build: Builder, source: Source, range: Range): number | null {
  const values = jsonValues(source, range);
  if (values.length === 0) return null;
  for (const value of values) for (const call of callObjects(value)) jsonCall(build, call);
  return values[values.length - 1]!.end;
}

/** Whether the whole text is JSON that names calls with their arguments, and nothing else. */
export function isJsonCalls(source: Source, range: Range): boolean {
  const values = jsonValues(source, range);
  const last = values[values.length - 1];
  if (!last || /\S/.test(source.text.slice(last.end, range.end))) return false;
  const calls = values.flatMap(callObjects);
  return calls.length > 0 && calls.every(isNamedCall);
}

/** As plain text only the shape that models are taught counts: a name beside an object of arguments. */
function isNamedCall(call: JsonNode): boolean {
  const body = isObject(get(call, 'function')) ? get(call, 'function') : call;
  if (!isString(getAny(body, 'name', 'tool_name', 'function'))) return false;
  const args = getAny(body, 'arguments', 'parameters');
  return isObject(args) || isObject(nested(args));
}

/** JSON objects and lists from `start` on, parted by blanks, commas or semicolons. */
function jsonValues(source: Source, { start, end }: Range): JsonNode[] {
  const values: JsonNode[] = [];
  let at = start;
  for (;;) {
    while (at < end && isSeparator(source.text.charCodeAt(at))) at += 1;
    const first = source.text[at];
    if (at >= end || (first !== '{' && first !== '[')) return values;
    const { value, error } = scanJson(source, at, end);
    if (!value?.closed || error) return values;
    values.push(value);
    at = value.end;
  }
}

function isSeparator(code: number): boolean {
  return isBlankCode(code) || code === 44 || code === 59;
}

/** The calls in a value; `{tool_calls: [...]}` lists them. */
function callObjects(value: JsonNode): JsonNode[] {
  if (isArray(value)) return value.items.filter(isObject);
  const listed = get(value, 'tool_calls');
  if (isArray(listed)) return listed.items.filter(isObject);
  return isObject(value) ? [value] : [];
}

function jsonCall(build: Builder, call: JsonNode): void {
  const inner = get(call, 'function');
  const body = isObject(inner) ? inner : call;
  const name = getAny(body, ...NAMES);
  const id = str(getAny(call, 'id', 'tool_call_id', 'call_id'));
  if (isString(name)) {
    build.call({ id, name: content(name), arguments: content(getAny(body, ...ARGUMENTS)) });
  } else {
    build.call({ id, arguments: literal(call) });
  }
}

/** A call that was cut off: what there is of its name and arguments. */
export function brokenJsonCall(build: Builder, source: Source, range: Range): boolean {
  const { value } = scanJson(source, range.start, range.end);
  if (!value || value.closed) return false;
  const calls = isArray(value) ? value.items.filter(isObject) : callObjects(value);
  if (calls.length === 0 || !calls.every((call) => isString(getAny(call, ...NAMES)))) return false;
  for (const call of calls) jsonCall(build, call);
  return true;
}
