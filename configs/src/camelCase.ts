import { configJsonSchema, schemaAlternatives, type JsonSchema } from './jsonSchema.ts';
import type { ConfigYaml } from './schema/configSchema.ts';

type CamelKey<K extends string> = K extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelKey<Tail>>}`
  : K;

export type CamelKeys<T> = T extends readonly unknown[]
  ? { [Index in keyof T]: CamelKeys<T[Index]> }
  : T extends object
    ? { [Key in keyof T as Key extends string ? CamelKey<Key> : Key]: CamelKeys<T[Key]> }
    : T;

/** The resolved config as the code reads it. */
export type Config = CamelKeys<ConfigYaml>;

/**
 * From the file's spelling to the code's. Keys that the user chose (globs, names of rules) are kept;
 * so are values, also where they are names such as `q_proj` or `per_turn`.
 */
export function camelCaseConfig(config: ConfigYaml): Config {
  return camelCase(config, [configJsonSchema()]) as Config;
}

function camelCase(value: unknown, schemas: JsonSchema[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const alternatives = schemas.flatMap(schemaAlternatives);
  if (Array.isArray(value)) {
    const items = alternatives.flatMap(({ items }) => (typeof items === 'object' ? [items] : []));
    return value.map((item) => camelCase(item, items));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const known = alternatives.flatMap((schema) => schema.properties?.[key] ?? []);
      if (known.length > 0) return [camelKey(key), camelCase(child, known)];
      const free = alternatives.flatMap(({ additionalProperties: one }) =>
        typeof one === 'object' ? [one] : [],
      );
      return [key, camelCase(child, free)];
    }),
  );
}

/** The object's own keys as the code spells them; values are kept as they are. */
export function camelKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [camelKey(key), value]));
}

/** The object's own keys as files spell them; values are kept as they are. */
export function snakeKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

function camelKey(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
