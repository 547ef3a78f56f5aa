import { z } from 'zod';
import { configSchema } from './schema/configSchema.ts';

/** The part of JSON schema (2020-12) that the config's schema uses, and `unit` and `refused`, which are our own. */
export interface JsonSchema {
  $schema?: string;
  $ref?: string;
  title?: string;
  description?: string;
  unit?: string;
  /** Values that are not taken, each with the reason. */
  refused?: Record<string, string>;
  type?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  required?: string[];
  items?: JsonSchema | false;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

let cached: JsonSchema | undefined;

/** The schema of a resolved config, as plain data. */
export function configJsonSchema(): JsonSchema {
  cached ??= z.toJSONSchema(configSchema, {
    io: 'input',
    // Alternatives that a key tells apart are alternatives like others.
    override: ({ jsonSchema }) => {
      if (jsonSchema.oneOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.oneOf;
      delete jsonSchema.oneOf;
    },
  }) as JsonSchema;
  return cached;
}

/**
 * The schema of a config file: `extends` and `environments` are allowed, nothing is required (a base
 * may bring it), and a reference to the environment may stand for any scalar.
 */
export function configFileJsonSchema(): JsonSchema {
  const { $schema, title, ...resolved } = relaxed(configJsonSchema());
  return {
    ...($schema === undefined ? {} : { $schema }),
    ...(title === undefined ? {} : { title }),
    ...resolved,
    properties: {
      extends: {
        type: 'string',
        description:
          'A preset (quickstart, fast, research, production) or a config file to start from.',
      },
      ...resolved.properties,
      environments: {
        type: 'object',
        description:
          'Changes for a machine, by name; chosen by --env NAME or the variable DEEPCODER_ENV.',
        additionalProperties: { $ref: '#' },
      },
    },
  };
}

/** A schema and the alternatives of its unions. */
export function schemaAlternatives(schema: JsonSchema): JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []).flatMap(schemaAlternatives)];
}

/** All schemas that speak of the value at a path; none where the path leads nowhere. */
export function schemasAt(path: readonly PropertyKey[]): JsonSchema[] {
  let schemas = [configJsonSchema()].flatMap(schemaAlternatives);
  for (const step of path) {
    schemas = schemas.flatMap((schema) => childSchemas(schema, step)).flatMap(schemaAlternatives);
  }
  return schemas;
}

function childSchemas(schema: JsonSchema, step: PropertyKey): JsonSchema[] {
  const { properties, additionalProperties, prefixItems, items } = schema;
  const named = properties?.[String(step)];
  // Whoever writes a list may not know how many items it has: its keys are found without a number too.
  if (typeof items === 'object' && !/^\d+$/.test(String(step))) {
    return schemaAlternatives(items).flatMap((item) => childSchemas(item, step));
  }
  const item = prefixItems?.[Number(step)] ?? items;
  return [named, additionalProperties, item].filter(
    (child): child is JsonSchema => typeof child === 'object',
  );
}

const REFERENCE: JsonSchema = {
  type: 'string',
  pattern: '\\$\\{env:[A-Za-z_][A-Za-z0-9_]*(:-.*)?\\}',
};

function relaxed(schema: JsonSchema): JsonSchema {
  const copy: JsonSchema = { ...schema };
  delete copy.required;
  if (copy.properties !== undefined) copy.properties = mapValues(copy.properties, relaxed);
  if (copy.anyOf !== undefined) copy.anyOf = copy.anyOf.map(relaxed);
  if (copy.prefixItems !== undefined) copy.prefixItems = copy.prefixItems.map(relaxed);
  if (typeof copy.items === 'object') copy.items = relaxed(copy.items);
  if (typeof copy.additionalProperties === 'object') {
    copy.additionalProperties = relaxed(copy.additionalProperties);
  }
  return takesOnlyScalars(copy) ? withReference(copy) : copy;
}

function takesOnlyScalars({ type, enum: choices, pattern }: JsonSchema): boolean {
  return (
    type === 'number' ||
    type === 'integer' ||
    type === 'boolean' ||
    choices !== undefined ||
    pattern !== undefined
  );
}

function withReference(schema: JsonSchema): JsonSchema {
  const { description, unit, default: byDefault, ...rest } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(unit === undefined ? {} : { unit }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    anyOf: [rest, REFERENCE],
  };
}

function mapValues<T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
