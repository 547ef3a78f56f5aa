import type { JsonSchema } from './jsonSchema.ts';

/** What may stand at a place, in words: "a whole number from 1", "one of error, drop, left, right". */
export function expectedText(schemas: JsonSchema[]): string {
  const leaves = schemas.filter(({ anyOf }) => anyOf === undefined);
  const texts = [...new Set(leaves.map(expectedOne))];
  return texts.length > 0 ? texts.join(' or ') : 'another value';
}

/** A value as it is quoted in a message. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (value === null) return 'nothing (null)';
  if (typeof value === 'number' && !Number.isFinite(value)) return yamlNumber(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

/** JSON has no such numbers. */
function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return value > 0 ? '.inf' : '-.inf';
}

function expectedOne(schema: JsonSchema): string {
  const { enum: names, const: only, title, type, items, prefixItems, properties } = schema;
  if (names !== undefined) {
    return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
  }
  if (only !== undefined) return shown(only);
  switch (type) {
    case 'integer':
      return `a whole number${rangeText(schema)}`;
    case 'number':
      return `a number${rangeText(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return prefixItems === undefined ? listText(schema, items) : tupleText(prefixItems);
    case 'object':
      return properties === undefined
        ? 'a map'
        : `a map of ${Object.keys(properties).slice(0, 8).join(', ')}`;
    default:
      return title ?? (schema.minLength === undefined ? 'a text' : 'a text that is not empty');
  }
}

function listText({ minItems }: JsonSchema, items: JsonSchema | false | undefined): string {
  const item = typeof items === 'object' ? expectedOne(items) : 'values';
  return `a list${minItems === undefined ? '' : ` of at least ${minItems}`}, each ${item}`;
}

function tupleText(items: JsonSchema[]): string {
  return `a list of ${items.length}, each ${[...new Set(items.map(expectedOne))].join(' or ')}`;
}

/** " from 0 to 1", " above 0", or nothing. */
export function rangeText(schema: JsonSchema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  const parts = [
    minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? '' : ` from ${minimum}`,
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`,
    exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`,
  ];
  return parts.join('');
}
