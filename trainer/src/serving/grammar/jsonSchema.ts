import { own } from '@deepcoder/vocabulary';
import { badRequest } from '../apiError.ts';
import { countedString } from './countedString.ts';
import { FORMATS } from './formats.ts';
import { all, endlessRule, type Expr, type Grammar, one, rule, text, times } from './grammar.ts';
import { arrayOf, comma, jsonRules, member, objectOf } from './jsonText.ts';
import { integersWithin, numbersWithin } from './numberRange.ts';
import { alternatives, onlyOneOf } from './schemaAlternatives.ts';
import {
  countOf,
  isType,
  type Schema,
  schemaKeys,
  type SchemaType,
  typesOf,
} from './schemaKeys.ts';
import { PatternRefusal, stringPattern } from './stringPattern.ts';

const MOST_CHARACTERS = 200_000;
const MOST_RULES = 20_000;
const MOST_DEPTH = 64;

/** The place of a schema within the whole, and the references that led there without a value around it. */
interface At {
  path: string;
  depth: number;
  through: readonly string[];
}

/**
 * The values of a JSON Schema (2020-12) as a grammar: what it gives always satisfies the schema. It may give less than the
 * schema allows: objects have no keys beside those that are listed, in that order; numbers have at most 15 digits before
 * the point. What cannot be kept is refused by name; keywords that assert nothing are passed over.
 *
 * @param param what the request calls the schema
 */
export function jsonSchemaGrammar(schema: unknown, param: string): Grammar {
  if (schema === undefined) throw badRequest(param, 'is missing');
  if (JSON.stringify(schema).length > MOST_CHARACTERS)
    throw badRequest(param, `is longer than ${MOST_CHARACTERS} characters`);
  const compiler = new Compiler(schema, param);
  const root = compiler.value(schema, { path: '', depth: 0, through: [] });
  const grammar = new Map([['root', all(rule('space'), root)], ...compiler.rules, ...jsonRules()]);
  if (endlessRule(grammar) !== null)
    throw badRequest(param, 'no finite value satisfies it: it asks for itself within itself');
  return grammar;
}

class Compiler {
  readonly rules = new Map<string, Expr>();
  readonly #root: unknown;
  readonly #param: string;
  readonly #references = new Map<string, string>();

  constructor(root: unknown, param: string) {
    this.#root = root;
    this.#param = param;
  }

  value(schema: unknown, at: At): Expr {
    if (at.depth > MOST_DEPTH) this.#refuse(at, `is nested deeper than ${MOST_DEPTH} levels`);
    if (schema === true) return rule('value');
    if (schema === false) this.#refuse(at, 'false allows nothing');
    const refuse = (why: string): never => this.#refuse(at, why);
    const keys = schemaKeys(schema, refuse);
    if (keys.$ref !== undefined) return this.#reference(keys.$ref, at);
    if (keys.allOf !== undefined) return this.value(keys.allOf[0], below(at, 'allOf/0', false));
    const literals = keys.const === undefined ? keys.enum : [keys.const];
    if (literals !== undefined) return this.#literals(literals, keys, at);
    const some = alternatives(keys);
    if (some !== null) {
      if (keys.oneOf !== undefined) onlyOneOf(some.schemas, { resolve: this.#resolved, refuse });
      return one(
        ...some.schemas.map((each, index) =>
          this.value(each, below(at, `${some.key}/${index}`, false)),
        ),
      );
    }
    return one(...typesOf(keys).map((type) => this.#typed(type, keys, at)));
  }

  #refuse({ path }: At, why: string): never {
    throw badRequest(this.#param, `${path === '' ? '' : `${path} `}${why}`);
  }

  #add(kind: string, expr: Expr): Expr {
    const name = `${kind}_${this.rules.size}`;
    if (this.rules.size > MOST_RULES)
      throw badRequest(this.#param, `needs more than ${MOST_RULES} rules`);
    this.rules.set(name, expr);
    return rule(name);
  }

  #reference(to: string, at: At): Expr {
    if (at.through.includes(to)) this.#refuse(at, `refers to itself: ${to}`);
    const known = this.#references.get(to);
    if (known !== undefined) return rule(known);
    const target = this.#resolved(to);
    if (target === undefined)
      this.#refuse(
        at,
        `$ref ${to} leads nowhere; it must begin with # and name a part of this schema`,
      );
    const name = `ref_${this.#references.size}`;
    this.#references.set(to, name);
    const inner = { ...at, depth: at.depth + 1, through: [...at.through, to] };
    this.rules.set(name, this.value(target, inner));
    return rule(name);
  }

  /** What a JSON Pointer in a URI's fragment names (RFC 6901). */
  readonly #resolved = (to: string): unknown => {
    if (!to.startsWith('#')) return undefined;
    const steps = to.slice(1).split('/').slice(1);
    return steps.reduce<unknown>((inside, step) => {
      const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
      return typeof inside === 'object' && inside !== null
        ? own(inside as Record<string, unknown>, key)
        : undefined;
    }, this.#root);
  };

  #literals(values: readonly unknown[], keys: Schema, at: At): Expr {
    const types = typesOf(keys);
    const fitting = values.filter((value) => types.some((type) => isType(value, type)));
    if (fitting.length === 0) this.#refuse(at, 'has no value of its type');
    return one(...fitting.map((value) => text(JSON.stringify(value))));
  }

  #typed(type: SchemaType, keys: Schema, at: At): Expr {
    switch (type) {
      case 'null':
      case 'boolean':
        return rule(type);
      case 'string':
        return this.#string(keys, at);
      case 'integer':
      case 'number':
        return this.#number(type, keys, at);
      case 'array':
        return this.#array(keys, at);
      case 'object':
        return this.#object(keys, at);
    }
  }

  #string(keys: Schema, at: At): Expr {
    const { minLength, maxLength } = keys;
    const format = keys.format === undefined ? undefined : FORMATS.get(keys.format);
    const pattern = keys.pattern ?? format;
    const isCounted = minLength !== undefined || maxLength !== undefined;
    if (pattern === undefined) return isCounted ? this.#counted(keys, at) : rule('string');
    if (isCounted)
      this.#refuse(at, 'has a length beside a pattern or format; say the length in the pattern');
    try {
      return this.#add('string', all(text('"'), stringPattern(pattern), text('"')));
    } catch (error) {
      if (error instanceof PatternRefusal) this.#refuse(at, `pattern ${error.message}`);
      throw error;
    }
  }

  #counted({ minLength = 0, maxLength }: Schema, at: At): Expr {
    if (maxLength !== undefined && maxLength < minLength)
      this.#refuse(at, 'has a maxLength below its minLength');
    const add = (name: string, expr: Expr): void => {
      if (this.rules.size > MOST_RULES)
        throw badRequest(this.#param, `needs more than ${MOST_RULES} rules`);
      this.rules.set(name, expr);
    };
    const counts = { min: minLength, max: countOf(maxLength) };
    return (
      countedString(counts, add, `string_${this.rules.size}`) ??
      this.#refuse(at, 'has a minLength that is too large to be kept')
    );
  }

  #number(type: 'integer' | 'number', keys: Schema, at: At): Expr {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keys;
    const bounds = [minimum, maximum, exclusiveMinimum, exclusiveMaximum];
    if (bounds.every((bound) => bound === undefined)) return rule(type);
    const isMinOpen = (exclusiveMinimum ?? -Infinity) >= (minimum ?? -Infinity);
    const isMaxOpen = (exclusiveMaximum ?? Infinity) <= (maximum ?? Infinity);
    const within = type === 'integer' ? integersWithin : numbersWithin;
    const range = within({
      min: (isMinOpen ? exclusiveMinimum : minimum) ?? null,
      max: (isMaxOpen ? exclusiveMaximum : maximum) ?? null,
      ...{ isMinOpen, isMaxOpen },
    });
    return range === null
      ? this.#refuse(at, 'has bounds between which no number can be written here')
      : this.#add(type, range);
  }

  #array(keys: Schema, at: At): Expr {
    const { prefixItems = [], items = true } = keys;
    const min = keys.minItems ?? 0;
    const max = keys.maxItems ?? null;
    const item = (): Expr =>
      items === true ? rule('value') : this.#add('item', this.value(items, below(at, 'items')));
    if (prefixItems.length === 0)
      return items === false
        ? arrayOf(rule('value'), { min: 0, max: 0 })
        : arrayOf(item(), { min, max });
    const first = prefixItems.slice(0, max ?? undefined);
    const parts = first.map((each, index) => this.value(each, below(at, `prefixItems/${index}`)));
    const rest = items === false ? 0 : max === null ? null : max - first.length;
    const many = Math.max(min - first.length, 0);
    if (rest !== null && many > rest) this.#refuse(at, 'wants more items than it allows');
    const tail = rest === 0 ? text('') : times(all(comma, item()), many, rest);
    // Behind the items that must be there each one is there only with those before it.
    const inner = parts.reduceRight<Expr>((after, part, index) => {
      const own = index === 0 ? all(part, after) : all(comma, part, after);
      return index < min ? own : one(text(''), own);
    }, tail);
    return all(text('['), rule('space'), inner, rule('space'), text(']'));
  }

  #object(keys: Schema, at: At): Expr {
    const { additionalProperties: others = true } = keys;
    const listed = new Map(Object.entries(keys.properties ?? {}));
    const paths = new Map([...listed.keys()].map((name) => [name, `properties/${name}`]));
    for (const name of keys.required ?? []) {
      if (listed.has(name)) continue;
      if (others === false) this.#refuse(at, `requires ${name}, which it does not allow`);
      listed.set(name, others);
      paths.set(name, 'additionalProperties');
    }
    if (listed.size === 0) return this.#map(keys, at);
    const required = new Set(keys.required ?? []);
    const [min, max] = [keys.minProperties ?? 0, keys.maxProperties ?? listed.size];
    if (min > required.size || max < listed.size)
      this.#refuse(at, 'has a number of properties beside properties that may be left out');
    const members = [...listed].map(([name, schema]) => ({
      isRequired: required.has(name),
      expr: this.#add(
        'member',
        member(text(JSON.stringify(name)), this.value(schema, below(at, paths.get(name)!))),
      ),
    }));
    // From the last to the first: what follows where nothing has come yet, and where something has.
    const { first } = members.reduceRight<{ first: Expr; rest: Expr }>(
      ({ first, rest }, { isRequired, expr }) => {
        const own = all(expr, rest);
        const later = all(comma, own);
        return {
          first: this.#add('first', isRequired ? own : one(own, first)),
          rest: this.#add('rest', isRequired ? later : one(later, rest)),
        };
      },
      { first: text(''), rest: text('') },
    );
    return all(text('{'), rule('space'), first, rule('space'), text('}'));
  }

  /** An object with keys of one's own. */
  #map(keys: Schema, at: At): Expr {
    const { additionalProperties: others = true, propertyNames, minProperties: min = 0 } = keys;
    if (keys.properties !== undefined || others === false) {
      if (min > 0) this.#refuse(at, 'wants properties and allows none');
      return all(text('{'), rule('space'), text('}'));
    }
    // A key may come twice, and is one then.
    if (min > 1) this.#refuse(at, 'minProperties: more than 1 cannot be kept for keys of any name');
    const key =
      propertyNames === undefined
        ? rule('string')
        : this.#typed(
            'string',
            schemaKeys(propertyNames, (why) => this.#refuse(at, why)),
            at,
          );
    const value =
      others === true
        ? rule('value')
        : this.#add('value', this.value(others, below(at, 'additionalProperties')));
    return objectOf({ key, value }, { min, max: countOf(keys.maxProperties) });
  }
}

/** @param inValue whether it is within a value of its own, where references may come again */
function below({ path, depth, through }: At, step: string, inValue = true): At {
  return { path: `${path}/${step}`, depth: depth + 1, through: inValue ? [] : through };
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
