import { type Schema, schemaKeys, type SchemaType, typesOf } from './schemaKeys.ts';

/** The schemas of which a value satisfies one; null: there are none. */
export function alternatives({
  anyOf,
  oneOf,
}: Schema): { key: 'anyOf' | 'oneOf'; schemas: unknown[] } | null {
  if (anyOf !== undefined) return { key: 'anyOf', schemas: anyOf };
  return oneOf === undefined ? null : { key: 'oneOf', schemas: oneOf };
}

/** Refuses `oneOf` where a value may satisfy two: they have a type in common and no key that tells them apart. */
export function onlyOneOf(
  schemas: readonly unknown[],
  { resolve, refuse }: { resolve: (ref: string) => unknown; refuse: (why: string) => never },
): void {
  const all = schemas.map((schema) => {
    const keys = schemaKeys(schema, refuse);
    return keys.$ref === undefined ? keys : schemaKeys(resolve(keys.$ref), refuse);
  });
  all.forEach((one, at) => {
    if (all.slice(at + 1).some((other) => !areApart(one, other)))
      refuse('oneOf: its schemas may hold together; use anyOf, or a key with a const in each');
  });
}

function areApart(one: Schema, other: Schema): boolean {
  const [own, theirs] = [literalsOf(one), literalsOf(other)];
  if (own !== null && theirs !== null) return !own.some((value) => theirs.includes(value));
  const shared = plainTypes(one).filter((type) => plainTypes(other).includes(type));
  if (shared.length === 0) return true;
  return (
    shared.join() === 'object' && (one.required ?? []).some((key) => tellsApart(key, one, other))
  );
}

function tellsApart(key: string, one: Schema, other: Schema): boolean {
  if (other.required?.includes(key) !== true) return false;
  const [own, theirs] = [one, other].map(({ properties = {} }) => {
    const schema = Object.entries(properties).find(([name]) => name === key)?.[1];
    return literalsOf(schema ?? {});
  });
  return own != null && theirs != null && !own.some((value) => theirs.includes(value));
}

/** Literals as texts; null: it has none. */
function literalsOf({ const: only, enum: some }: Schema): string[] | null {
  if (only !== undefined) return [JSON.stringify(only)];
  return some?.map((value) => JSON.stringify(value)) ?? null;
}

function plainTypes(keys: Schema): SchemaType[] {
  return typesOf(keys).map((type) => (type === 'integer' ? 'number' : type));
}
