import type { Call } from '../types.ts';

/** Arguments that are nested deeper than this are not looked into: no tool takes them, and stacks end. */
export const DEEPEST_ARGUMENTS = 512;

/** Strings in strings are unwrapped so many times. */
const WRAPPINGS = 4;

/**
 * The arguments as the text of a JSON object where they are one, however the file writes them (in another
 * syntax, or as a JSON string of JSON); else as they stand.
 */
export function argumentsText({ arguments: args, json }: Pick<Call, 'arguments' | 'json'>): string {
  if (json !== null) return json;
  const written = (args?.text ?? '').trim();
  let text = written;
  for (let layer = 0; layer < WRAPPINGS && text.startsWith('"'); layer++) {
    const inner = parsed(text);
    if (typeof inner !== 'string') return written;
    text = inner.trim();
  }
  const isUnwrapped = text !== written && text.startsWith('{') && isObject(parsed(text));
  return isUnwrapped ? text : written;
}

/** The arguments as an object; null where they are none, or too deep. */
export function argumentsObject(call: Pick<Call, 'arguments' | 'json'>): object | null {
  const text = argumentsText(call);
  if (!text.startsWith('{') || nestingDepth(text) > DEEPEST_ARGUMENTS) return null;
  const value = parsed(text);
  return isObject(value) ? value : null;
}

/** How deep the brackets of a JSON text are nested. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    else if (token === '}' || token === ']') depth--;
  }
  return deepest;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
