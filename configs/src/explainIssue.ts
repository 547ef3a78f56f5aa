import { own } from '@deepcoder/vocabulary';
import { distance } from 'fastest-levenshtein';
import type { core } from 'zod';
import { configJsonSchema, schemaAlternatives, schemasAt, type JsonSchema } from './jsonSchema.ts';
import { expectedText, shown } from './expectedText.ts';
import { pathText } from './tree.ts';

/** One sentence about a value that the schema refuses; `onKey`: it is about the key, not the value. */
export interface Explanation {
  path: PropertyKey[];
  code: string;
  message: string;
  onKey: boolean;
}

/** Turns what zod found into the sentences that the user reads, each with the place and the cure. */
export function explainIssue(
  issue: core.$ZodIssue,
  valueAt: (path: readonly PropertyKey[]) => unknown,
): Explanation[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(issue.path, key));
  }
  if (issue.code === 'invalid_union') {
    const inner = innerIssues(issue.errors);
    if (inner.length > 0) {
      return inner.flatMap((nested) =>
        explainIssue({ ...nested, path: [...issue.path, ...nested.path] }, valueAt),
      );
    }
  }
  const { path } = issue;
  const value = valueAt(path);
  const schemas = schemasAt(path);
  const expected = expectedText(schemas);
  const where = pathText(path);
  if (value === undefined) {
    const message = `${where}: is missing; give ${expected}`;
    return [{ path, code: 'config/missing', message, onKey: false }];
  }
  const refused = schemas.flatMap((one) =>
    typeof value === 'string' ? (own(one.refused ?? {}, value) ?? []) : [],
  )[0];
  if (refused !== undefined) {
    return [
      { path, code: 'config/value', message: `${where}: ${shown(value)} ${refused}`, onKey: false },
    ];
  }
  const message = `${where}: must be ${expected}, got ${shown(value)}${nearChoice(schemas, value)}${unquoted(schemas, value)}`;
  return [{ path, code: 'config/value', message, onKey: false }];
}

/** The issues of the alternative that the value was meant as: the one that failed deepest inside. */
function innerIssues(branches: core.$ZodIssue[][]): core.$ZodIssue[] {
  const inside = branches.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return inside.sort((a, b) => a.length - b.length)[0] ?? [];
}

function unknownKey(path: PropertyKey[], key: string): Explanation {
  const siblings = schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {}));
  const near = nearest(key, siblings);
  const elsewhere = near === undefined ? pathsOf(key) : [];
  const suggestion = near === undefined ? elsewhere[0] : pathText([...path, near]);
  const hint =
    suggestion === undefined
      ? ` (keys here: ${siblings.join(', ')})`
      : `; did you mean ${suggestion}?`;
  const message = `${pathText([...path, key])}: there is no such key${hint}`;
  return { path: [...path, key], code: 'config/unknown-key', message, onKey: true };
}

/** YAML took for a number or a truth value what was meant as a text. */
function unquoted(schemas: JsonSchema[], value: unknown): string {
  const isText =
    schemas.length > 0 &&
    schemas.every(({ type, enum: names }) => type === 'string' && names === undefined);
  const isOther = typeof value === 'number' || typeof value === 'boolean';
  return isText && isOther ? '; put it into quotes' : '';
}

function nearChoice(schemas: JsonSchema[], value: unknown): string {
  if (typeof value !== 'string') return '';
  const choices = schemas.flatMap(({ enum: names }) => names ?? []).map(String);
  const near = nearest(value, choices);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** The name that was probably meant, or undefined when none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  return nearNames(name, names)[0];
}

/** All names that may have been meant, the nearest first. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const wanted = normal(name);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = names
    .map((candidate) => ({ candidate, far: farness(wanted, normal(candidate)) }))
    .sort((a, b) => a.far - b.far);
  return ranked.filter(({ far }) => far <= limit).map(({ candidate }) => candidate);
}

/** Two letters that are swapped are one mistake, and the most frequent one. */
function farness(a: string, b: string): number {
  const far = distance(a, b);
  const isSwap = far === 2 && a.length === b.length && letters(a) === letters(b);
  return isSwap ? 1 : far;
}

function letters(word: string): string {
  return Array.from(word).sort().join('');
}

/** Spelling differences that people make between programs. */
function normal(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** Where in the config a key of this name exists, for a key that was put into the wrong section. */
export function pathsOf(key: string): readonly string[] {
  known ??= pathsByName();
  return known.get(normal(key)) ?? [];
}

let known: ReadonlyMap<string, string[]> | undefined;

function pathsByName(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (schema: JsonSchema, path: string[]) => {
    for (const alternative of schemaAlternatives(schema)) {
      for (const [name, child] of Object.entries(alternative.properties ?? {})) {
        const paths = found.get(normal(name)) ?? [];
        found.set(normal(name), [...paths, pathText([...path, name])]);
        visit(child, [...path, name]);
      }
    }
  };
  visit(configJsonSchema(), []);
  return found;
}
