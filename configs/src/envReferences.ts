import { own } from '@deepcoder/vocabulary';
import { parse } from 'yaml';
import { schemasAt } from './jsonSchema.ts';
import type { ScalarTree, Tree } from './tree.ts';

/** Environment variables by name, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

type Filled = Pick<ScalarTree, 'value' | 'trouble'> & { reference: string | null };

/**
 * Fills `${env:NAME}` and `${env:NAME:-default}` in. As in a shell the default stands in for a
 * variable that is unset or empty.
 */
export function fillReferences(text: string, env: Env): Filled {
  if (!text.includes('${env:')) return { value: text, trouble: null, reference: null };
  const missing: string[] = [];
  const filled = text.replace(REFERENCE, (_, name: string, byDefault: string | undefined) => {
    const value = own(env, name);
    if (value !== undefined && (value !== '' || byDefault === undefined)) return value;
    if (byDefault === undefined) missing.push(name);
    return byDefault ?? '';
  });
  if (text.replace(REFERENCE, '').includes('${env:')) {
    const message = `"${text}" has a reference that is cut short; write \${env:NAME} or \${env:NAME:-default}`;
    return { value: text, trouble: { code: 'config/env-syntax', message }, reference: text };
  }
  if (missing.length > 0) {
    const message = `the environment variable ${missing.join(', ')} is not set; set it or write \${env:${missing[0] ?? ''}:-default}`;
    return { value: text, trouble: { code: 'config/env-unset', message }, reference: text };
  }
  return { value: filled, trouble: null, reference: text };
}

/**
 * References give text; where the schema wants a number or a switch, the text is read as one, so that
 * `steps: ${env:STEPS:-100}` works, quoted or not.
 */
export function typeReferences(tree: Tree, path: string[] = []): Tree {
  if (tree.type === 'list') {
    const items = tree.items.map((item, index) => typeReferences(item, [...path, String(index)]));
    return { ...tree, items };
  }
  if (tree.type === 'map') {
    const entries = new Map(
      [...tree.entries].map(([key, { keyOrigin, value }]) => [
        key,
        { keyOrigin, value: typeReferences(value, [...path, key]) },
      ]),
    );
    return { ...tree, entries };
  }
  const isReference = tree.origin.reference !== null && typeof tree.value === 'string';
  return isReference && !takesText(path) ? { ...tree, value: typed(String(tree.value)) } : tree;
}

function takesText(path: string[]): boolean {
  return schemasAt(path).some(({ type, enum: names }) => type === 'string' && names === undefined);
}

function typed(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return typeof value === 'number' || typeof value === 'boolean' ? value : text;
  } catch {
    return text;
  }
}
