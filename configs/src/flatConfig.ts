import { parse } from 'yaml';

/** The values of a resolved config by their paths (`train.learning_rate`); lists as JSON. */
export function flatConfig(text: string): [path: string, value: string][] {
  return entriesOf(parse(text), []);
}

function entriesOf(value: unknown, path: readonly string[]): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, child]) => entriesOf(child, [...path, key]));
  }
  return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
}
