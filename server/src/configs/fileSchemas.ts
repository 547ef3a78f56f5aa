import {
  configFileJsonSchema,
  schemaAlternatives,
  schemasAt,
  type JsonSchema,
} from '@deepcoder/config';

/** The schemas of a place in a config file, where an environment holds what the file itself can hold. */
export function fileSchemasAt(path: readonly string[]): JsonSchema[] {
  const inner = withoutEnvironment(path);
  if (inner.length === 0) {
    const root = configFileJsonSchema();
    return path.length === 0 ? [root] : [{ ...root, properties: ownKeys(root) }];
  }
  const [first, ...rest] = inner;
  if (first === 'extends' || first === 'environments') {
    const schema = configFileJsonSchema().properties?.[first];
    return schema === undefined || rest.length > 0 ? [] : [schema];
  }
  return schemasAt(inner);
}

/** The same path without the environment that it lies in. */
export function withoutEnvironment(path: readonly string[]): string[] {
  return path[0] === 'environments' && path.length > 1 ? path.slice(2) : [...path];
}

/** Keys that may stand in the map at a path, with their schemas, in the schema's order. */
export function keysAt(path: readonly string[]): Record<string, JsonSchema> {
  const found = fileSchemasAt(path).flatMap(schemaAlternatives).flatMap(withItems);
  return Object.assign({}, ...found.map(({ properties }) => properties ?? {})) as Record<
    string,
    JsonSchema
  >;
}

/** A map inside of a list is written at the list's path. */
function withItems(schema: JsonSchema): JsonSchema[] {
  return typeof schema.items === 'object'
    ? [schema, ...schemaAlternatives(schema.items)]
    : [schema];
}

function ownKeys({ properties = {} }: JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(properties).filter(([key]) => key !== 'extends' && key !== 'environments'),
  );
}
