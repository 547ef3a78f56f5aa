import { configFileJsonSchema, configJsonSchema, type JsonSchema } from '@deepcoder/config';
import { describe, expect, it } from 'vitest';

/** All keys with their schemas, by dotted path. */
function keysOf(schema: JsonSchema, path: string[] = []): [string, JsonSchema][] {
  return [schema, ...(schema.anyOf ?? [])].flatMap((alternative) =>
    Object.entries(alternative.properties ?? {}).flatMap(([key, child]) => [
      [[...path, key].join('.'), child] as [string, JsonSchema],
      ...keysOf(child, [...path, key]),
    ]),
  );
}

const KEYS = keysOf(configJsonSchema());

describe('configSchema', () => {
  it('has a meaning for each of its keys', () => {
    expect(KEYS.length).toBeGreaterThan(90);
    expect(KEYS.filter(([, { description = '' }]) => !/^[A-Z"].*\.$/.test(description))).toEqual(
      [],
    );
  });

  it('has a default for each key but data.train', () => {
    // Without a default as well: what tells alternatives apart, and what a kind of launch cannot do without.
    const parts = /^data$|rope_scaling\.|data\.rules|^launch\.(on|hosts|image|volume)$/;
    const without = KEYS.filter(([path, schema]) => !('default' in schema) && !parts.test(path));
    expect(without.map(([path]) => path)).toEqual(['data.train']);
  });

  it('names every key in snake_case', () => {
    expect(KEYS.filter(([path]) => !/^[a-z0-9_.]+$/.test(path))).toEqual([]);
  });
});

describe('configFileJsonSchema', () => {
  it('requires nothing, since a base may bring it, and takes references for numbers', () => {
    const text = JSON.stringify(configFileJsonSchema());
    expect(text).not.toContain('"required"');
    const seed = configFileJsonSchema().properties?.run?.properties?.seed;
    expect(seed?.anyOf?.map(({ type }) => type)).toEqual(['integer', 'string']);
  });
});
