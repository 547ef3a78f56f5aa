import { z } from 'zod';

const count = z.int().min(0).max(100_000);
const anything = z.unknown();
const typeJson = z.enum(['null', 'boolean', 'string', 'integer', 'number', 'array', 'object']);

export type SchemaType = z.infer<typeof typeJson>;

/** The keywords that are kept. */
const schemaJson = z.object({
  type: z.union([typeJson, z.array(typeJson).min(1)]).optional(),
  enum: z.array(anything).min(1).max(10_000).optional(),
  const: anything.optional(),
  anyOf: z.array(anything).min(1).optional(),
  oneOf: z.array(anything).min(1).optional(),
  allOf: z.array(anything).length(1, 'only one schema can be kept').optional(),
  $ref: z.string().optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  pattern: z.string().max(10_000).optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  items: anything.optional(),
  prefixItems: z.array(anything).optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  properties: z.record(z.string(), anything).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: anything.optional(),
  propertyNames: anything.optional(),
  minProperties: count.optional(),
  maxProperties: count.optional(),
});

export type Schema = z.infer<typeof schemaJson>;

/** Keywords that assert what a grammar cannot keep; a value with which one asserts nothing goes through. */
const NOT_KEPT = new Map<string, (value: unknown) => boolean>([
  ['multipleOf', (value) => value === 1],
  ['uniqueItems', (value) => value === false],
  ['unevaluatedItems', (value) => value === true],
  // Keys beside those that are listed are never written.
  ['unevaluatedProperties', () => true],
  ...[
    ...['not', 'if', 'then', 'else', 'contains', 'minContains', 'maxContains', 'patternProperties'],
    ...['dependentRequired', 'dependentSchemas', 'dependencies', '$dynamicRef', '$recursiveRef'],
    ...['additionalItems', 'contentSchema'],
  ].map((key) => [key, () => false] as const),
]);

/** These say all by themselves: what stands beside them would have to hold too. */
const ALONE = ['$ref', 'allOf', 'anyOf', 'oneOf'] as const;
const KEYS = Object.keys(schemaJson.shape);

export function schemaKeys(schema: unknown, refuse: (why: string) => never): Schema {
  const read = schemaJson.safeParse(schema);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(`${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'is no schema'}`);
  }
  const given = Object.entries(schema as object).filter(([, value]) => value !== undefined);
  for (const [key, value] of given) {
    if (NOT_KEPT.get(key)?.(value) === false)
      refuse(`has ${key}, which cannot be kept while tokens are chosen; leave it out`);
  }
  const asserting = given.map(([key]) => key).filter((key) => KEYS.includes(key));
  const alone = ALONE.find((key) => asserting.includes(key));
  const literal = asserting.find((key) => key === 'enum' || key === 'const');
  const allowed = alone === undefined ? ['type', literal] : [alone];
  const other = asserting.find((key) => !allowed.includes(key));
  if ((alone !== undefined || literal !== undefined) && other !== undefined)
    refuse(`has ${other} beside ${alone ?? literal ?? ''}; say it within`);
  return read.data;
}

const OF_TYPE: Partial<Record<keyof Schema, SchemaType>> = {
  ...{ minLength: 'string', maxLength: 'string', pattern: 'string', format: 'string' },
  ...{
    minimum: 'number',
    maximum: 'number',
    exclusiveMinimum: 'number',
    exclusiveMaximum: 'number',
  },
  ...{ items: 'array', prefixItems: 'array', minItems: 'array', maxItems: 'array' },
  ...{ properties: 'object', required: 'object', additionalProperties: 'object' },
  ...{ propertyNames: 'object', minProperties: 'object', maxProperties: 'object' },
};

const ALL: SchemaType[] = ['null', 'boolean', 'string', 'number', 'array', 'object'];

/** Types that are given; else that which the other keywords speak of; else all. */
export function typesOf(keys: Schema): SchemaType[] {
  if (keys.type !== undefined) return [keys.type].flat();
  const meant = Object.entries(OF_TYPE)
    .filter(([key]) => keys[key as keyof Schema] !== undefined)
    .map(([, type]) => type);
  return meant.length === 0 ? ALL : [...new Set(meant)];
}

export function isType(value: unknown, type: SchemaType): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

export const countOf = (count: number | undefined): number | null => count ?? null;
