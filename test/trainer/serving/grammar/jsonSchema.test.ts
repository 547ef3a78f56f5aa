import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../../../trainer/src/engine/random.ts';
import { ebnf } from '../../../../trainer/src/serving/grammar/grammar.ts';
import { jsonSchemaGrammar } from '../../../../trainer/src/serving/grammar/jsonSchema.ts';
import {
  type Grammars,
  openGrammars,
} from '../../../../trainer/src/serving/grammar/openGrammars.ts';
import { grammarWorker } from '../../../support/grammarWorker.ts';
import { byteStandIns } from '../../../../trainer/src/tokenizer/tokenBytes.ts';

/** All bytes, and pieces of JSON that cross its parts. */
const PIECES = [
  ...[
    '"}',
    '":',
    '": ',
    '","',
    '", "',
    '{"',
    '[{"',
    '"]',
    '[]',
    '{}',
    'true',
    'fals',
    'null',
    'é',
    '€',
    '👋',
  ],
  ...[
    '\\u00',
    '\\"',
    '\\ud8',
    '-1',
    '0.5',
    '1e',
    '9',
    '123',
    '}}',
    '],',
    '  ',
    '\n  ',
    'ab',
    'a":',
    '2024-',
    '::',
  ],
];
const TOKENS: Buffer[] = [
  ...Array.from({ length: 256 }, (_, byte) => Buffer.from([byte])),
  ...PIECES.map((piece) => Buffer.from(piece)),
];
const STOP = TOKENS.length;

let grammars: Grammars;
beforeAll(async () => {
  const standIns = byteStandIns();
  const tokens = TOKENS.map((bytes) => Array.from(bytes, (byte) => standIns[byte]!).join(''));
  grammars = openGrammars(() => ({ tokens: [...tokens, ''], stopIds: [STOP] }), {
    script: await grammarWorker(),
  });
}, 60_000);
afterAll(() => grammars.close());

/** A text as a model without any sense would write it; null where it did not end. */
async function sample(schema: unknown, uniform: () => number, most = 600): Promise<string | null> {
  const constraint = await grammars.open(ebnf(jsonSchemaGrammar(schema, 'schema')));
  const bytes: Buffer[] = [];
  try {
    while (bytes.length < most) {
      const isAllowed = await constraint.allowed();
      const ids = [...TOKENS.keys(), STOP].filter((id) => isAllowed!(id));
      // What closes something is preferred, so that texts end.
      const closing = ids.filter((id) => id === STOP || [0x22, 0x5d, 0x7d].includes(id));
      const from = closing.length > 0 && uniform() < 0.4 ? closing : ids;
      expect(from.length, Buffer.concat(bytes).toString()).toBeGreaterThan(0);
      const id = from[Math.floor(uniform() * from.length)]!;
      if (id === STOP) return Buffer.concat(bytes).toString();
      bytes.push(TOKENS[id]!);
      constraint.take(id);
    }
    return null;
  } finally {
    constraint.end();
  }
}

const ajv = new Ajv({ strict: false });
addFormats(ajv);

async function ended(schema: object | boolean, times: number, seed = 1): Promise<unknown[]> {
  const validate = ajv.compile(schema);
  const uniform = random(seed);
  const values: unknown[] = [];
  for (let at = 0; at < times; at++) {
    const text = await sample(schema, uniform);
    if (text === null) continue;
    const value = JSON.parse(text) as unknown;
    expect(validate(value), `${text} is not ${JSON.stringify(schema)}`).toBe(true);
    values.push(value);
  }
  return values;
}

const NODE = {
  type: 'object',
  properties: {
    value: { type: 'integer' },
    next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
  },
  required: ['value', 'next'],
  additionalProperties: false,
};

describe('each keyword', () => {
  test.each([
    ['any value', {}],
    ['true', true],
    ['strings', { type: 'string' }],
    ['lengths', { type: 'string', minLength: 2, maxLength: 5 }],
    ['a least length', { type: 'string', minLength: 3 }],
    ['a large length', { type: 'string', minLength: 3, maxLength: 5000 }],
    [
      'a length in blocks',
      { type: 'array', items: { type: 'string', maxLength: 390 }, maxItems: 2 },
    ],
    ['a pattern', { type: 'string', pattern: '^[a-z]{2,4}\\d+(?:-x)?$' }],
    ['a pattern found anywhere', { type: 'string', pattern: '[a-p]|^b"\\\\r$' }],
    ['classes', { type: 'string', pattern: '^\\s\\S\\w\\W\\d\\D.[^a-z"\\\\][\\u0000-\\u0020]$' }],
    ['nested repeats', { type: 'string', pattern: '^((ab|c)*d?){2,3}$' }],
    ...['date', 'time', 'date-time', 'uuid', 'ipv4', 'hostname', 'email'].map(
      (format) => [format, { type: 'string', format }] as const,
    ),
    ['integers', { type: 'integer' }],
    ['an integer within', { type: 'integer', minimum: -17, maximum: 123 }],
    ['an integer from', { type: 'integer', minimum: 95 }],
    ['an integer up to', { type: 'integer', maximum: -5 }],
    ['open bounds', { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 10 }],
    [
      'safe integers',
      { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    ],
    ['numbers', { type: 'number' }],
    ['a number within', { type: 'number', minimum: -1.5, maximum: 2.25 }],
    ['a share', { type: 'number', minimum: 0, maximum: 1 }],
    ['a narrow range', { type: 'number', minimum: 0.125, maximum: 0.126 }],
    ['a number above', { type: 'number', exclusiveMinimum: 0 }],
    ['a number below', { type: 'number', exclusiveMaximum: -0.1 }],
    ['arrays', { type: 'array' }],
    ['items', { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 }],
    ['many items', { type: 'array', items: { type: 'null' }, minItems: 2 }],
    ['no items', { type: 'array', maxItems: 0 }],
    [
      'items by place',
      { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false },
    ],
    [
      'items by place and more',
      {
        type: 'array',
        prefixItems: [{ type: 'integer' }],
        items: { type: 'null' },
        minItems: 1,
        maxItems: 4,
      },
    ],
    [
      'properties',
      {
        type: 'object',
        properties: { a: { type: 'integer' }, b: { type: 'string' } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    [
      'properties that may be left out',
      {
        type: 'object',
        properties: { a: { type: 'null' }, b: { type: 'null' }, c: { type: 'null' } },
      },
    ],
    ['no properties', { type: 'object', properties: {}, additionalProperties: false }],
    [
      'keys with quotes',
      {
        type: 'object',
        properties: { 'a"\\b': { type: 'null' }, 'é\n': { type: 'null' } },
        required: ['a"\\b', 'é\n'],
      },
    ],
    [
      'a property that only required names',
      {
        type: 'object',
        properties: { a: { type: 'null' } },
        required: ['z'],
        additionalProperties: { type: 'integer' },
      },
    ],
    [
      'a map',
      {
        type: 'object',
        additionalProperties: { type: 'integer' },
        minProperties: 1,
        maxProperties: 2,
      },
    ],
    [
      'names of keys',
      {
        type: 'object',
        propertyNames: { pattern: '^x' },
        additionalProperties: { type: 'boolean' },
      },
    ],
    ['literals', { enum: ['a"b', 1, null, true, { x: [1] }, 'é\n'] }],
    ['literals of a type', { type: 'string', enum: ['a', 1] }],
    ['a constant', { const: { k: 'v' } }],
    ['alternatives', { anyOf: [{ type: 'string', maxLength: 2 }, { type: 'integer' }] }],
    ['several types', { type: ['string', 'null'], maxLength: 1 }],
    [
      'one of two that are apart',
      {
        oneOf: [
          { type: 'object', properties: { t: { const: 'a' } }, required: ['t'] },
          {
            type: 'object',
            properties: { t: { const: 'b' }, n: { type: 'number' } },
            required: ['t', 'n'],
          },
        ],
      },
    ],
    ['a reference', { $defs: { node: NODE }, $ref: '#/$defs/node' }],
    [
      'the whole within itself',
      {
        type: 'object',
        properties: { all: { type: 'array', items: { $ref: '#' } } },
        required: ['all'],
      },
    ],
    ['one of all', { allOf: [{ type: 'integer', minimum: 1, maximum: 3 }] }],
  ] as [string, object | boolean][])('%s', async (_, schema) => {
    expect((await ended(schema, 60)).length).toBeGreaterThan(10);
  });
});

/** Schemas without sense, of every kind of part. */
const schemas = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<object>(
      ...[{ type: 'null' }, { type: 'boolean' }, { type: 'integer' }, { type: 'number' }],
      ...[{ type: 'string' }, { type: ['string', 'null'] }, { enum: ['a', 2, null] }, {}],
      ...[
        { type: 'string', pattern: '^[A-Z]\\w*$' },
        { type: 'string', format: 'date' },
      ],
    ),
    fc
      .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 1000 }))
      .map(([from, more]) => ({ type: 'integer', minimum: from, maximum: from + more })),
    fc
      .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 1, max: 9999 }))
      .map(([from, more]) => ({
        ...{ type: 'number', minimum: from / 100, maximum: (from + more) / 100 },
      })),
    fc
      .tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }))
      .map(([least, more]) => ({ type: 'string', minLength: least, maxLength: least + more })),
    fc.tuple(tie('schema'), fc.nat({ max: 2 }), fc.nat({ max: 2 })).map(([items, least, more]) => ({
      ...{ type: 'array', items, minItems: least, maxItems: least + more },
    })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc
      .tuple(
        fc.dictionary(fc.string({ maxLength: 3 }), tie('schema'), { maxKeys: 4 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      )
      .map(([properties, picked]) => ({
        ...{ type: 'object', properties, additionalProperties: false },
        required: Object.keys(properties).filter((_, at) => picked[at]),
      })),
  ),
}));

test('texts of random schemas satisfy them', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(schemas.schema, fc.integer(), async (schema, seed) => {
      count += (await ended(schema, 4, seed)).length;
    }),
    { seed: 7, numRuns: 150 },
  );
  expect(count).toBeGreaterThan(300);
}, 120_000);

test('counts are kept beyond what is counted one by one', async () => {
  const bytes = (length: number): number[] => [...Buffer.from(`"${'é'.repeat(length)}"`), STOP];
  const grammar = ebnf(
    jsonSchemaGrammar({ type: 'string', minLength: 2, maxLength: 391 }, 'schema'),
  );
  const fits = async (ids: number[]): Promise<boolean> => {
    const constraint = await grammars.open(grammar);
    for (const id of ids) {
      if ((await constraint.allowed())?.(id) !== true) return false;
      constraint.take(id);
    }
    return true;
  };
  const lengths = [0, 1, 2, 127, 128, 129, 256, 257, 384, 390, 391, 392, 500];
  const kept = await Promise.all(lengths.map((length) => fits(bytes(length))));
  expect(lengths.filter((_, at) => kept[at])).toEqual(lengths.slice(2, -2));
});

describe('what cannot be kept is refused by name', () => {
  test.each([
    ['uniqueItems', { type: 'array', uniqueItems: true }],
    ['multipleOf', { type: 'integer', multipleOf: 3 }],
    ['not', { not: { type: 'string' } }],
    ['patternProperties', { type: 'object', patternProperties: { '^x': {} } }],
    ['if', { if: {}, then: {} }],
    ['(?!b)', { type: 'string', pattern: '^a(?!b)' }],
    ['regular expression', { type: 'string', pattern: '(' }],
    ['minLength', { type: 'string', minLength: 3000 }],
    ['below', { type: 'string', minLength: 3, maxLength: 2 }],
    ['length', { type: 'string', pattern: '^a*$', maxLength: 3 }],
    ['allOf', { allOf: [{ type: 'object' }, { type: 'object' }] }],
    ['oneOf', { oneOf: [{ type: 'number' }, { type: 'integer' }] }],
    ['beside', { $ref: '#/$defs/a', minimum: 1, $defs: { a: {} } }],
    ['nowhere', { $ref: '#/$defs/b' }],
    ['nowhere', { $ref: 'http://example.com/schema' }],
    ['itself', { $ref: '#' }],
    ['finite', { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }],
    ['type', { type: 'a' }],
    ['requires b', { type: 'object', required: ['b'], additionalProperties: false }],
    ['bounds', { type: 'integer', minimum: 3, maximum: 2 }],
    ['minProperties', { type: 'object', minProperties: 2 }],
    ['64 levels', deep(70)],
    ['false', false],
    ['schema', 'text'],
  ])('%s', (why, schema) => {
    expect(() => jsonSchemaGrammar(schema, 'schema')).toThrow(why);
  });

  function deep(levels: number): object {
    return levels === 0 ? {} : { type: 'array', items: deep(levels - 1) };
  }
});

describe('a grammar that would take for ever', () => {
  test('ends, and those of others go on', async () => {
    const words = () => ({ tokens: ['a', 'b', 'x', ''], stopIds: [3] });
    const limits = { openMs: 4000, tokenMs: 4000 };
    const own = openGrammars(words, { script: await grammarWorker(), limits });
    const other = await own.open('root ::= "a" "b" "x"');
    other.take(0);
    const endless = own.open('root ::= "x" (("a"{0,500}){0,500}){0,500}');
    await expect(endless).rejects.toThrow('longer than 4 s');
    const isAllowed = await other.allowed();
    expect([0, 1, 2, 3].filter((id) => isAllowed!(id))).toEqual([1]);
    other.take(1);
    other.take(2);
    expect([0, 1, 2, 3].filter((await other.allowed())!)).toEqual([3]);
    await own.close();
  });

  test('a broken one is refused, and the next is read', async () => {
    const words = () => ({ tokens: ['a', ''], stopIds: [] });
    const own = openGrammars(words, { script: await grammarWorker() });
    await expect(own.open('root ::= "')).rejects.toThrow();
    const one = await own.open('root ::= "a"');
    one.take(0);
    expect(await one.allowed()).toBeNull();
    await own.close();
  });
});
