import { all, chars, type Expr, type Grammar, maybe, one, rule, text, times } from './grammar.ts';
import type { CharRange } from './utf8Ranges.ts';

/** What needs no escape. */
const PLAIN: CharRange[] = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0xd7ff],
  [0xe000, 0x10ffff],
];

/** The characters of a string, by how they are written. */
export const CHARACTERS: Expr[] = [
  ...PLAIN.map((range) => chars(range)),
  all(text('\\'), rule('escape')),
];

/** Rules for what every schema may need: any value, and its parts as JSON has them (RFC 8259). */
export const jsonRules = (): Grammar =>
  new Map([
    ['space', maybe(one(text(' '), all(text('\n'), times(text(' '), 0, 64))))],
    ['char', one(...CHARACTERS)],
    ['escape', escape()],
    ['string', all(text('"'), rule('string_end'))],
    // Recursive on the right, character by character: in this form the next token is found thirty times as fast as
    // in that of a repeated `char`.
    ['string_end', one(text('"'), ...CHARACTERS.map((char) => all(char, rule('string_end'))))],
    ['integer', all(maybe(text('-')), wholeNumber())],
    [
      'number',
      all(
        maybe(text('-')),
        wholeNumber(),
        maybe(all(text('.'), times(digit(), 1, 15))),
        // Two digits: what is read from it is finite.
        maybe(
          all(
            chars([0x45, 0x45], [0x65, 0x65]),
            maybe(one(text('+'), text('-'))),
            times(digit(), 1, 2),
          ),
        ),
      ),
    ],
    ['boolean', one(text('true'), text('false'))],
    ['null', text('null')],
    ['value', one(...['object', 'array', 'string', 'number', 'boolean', 'null'].map(rule))],
    ['array', arrayOf(rule('value'), { min: 0, max: null })],
    ['object', objectOf({ key: rule('string'), value: rule('value') }, { min: 0, max: null })],
  ]);

export interface Counts {
  min: number;
  max: number | null;
}

export function arrayOf(item: Expr, { min, max }: Counts): Expr {
  return all(text('['), rule('space'), list(item, { min, max }), rule('space'), text(']'));
}

/** An object whose keys are all alike. */
export function objectOf({ key, value }: { key: Expr; value: Expr }, counts: Counts): Expr {
  return all(text('{'), rule('space'), list(member(key, value), counts), rule('space'), text('}'));
}

export function member(key: Expr, value: Expr): Expr {
  return all(key, text(':'), maybe(text(' ')), value);
}

export const comma = all(text(','), rule('space'));

/** So many of a kind, with commas between them. */
function list(item: Expr, { min, max }: Counts): Expr {
  if (max === 0) return text('');
  const rest = max === null ? null : max - 1;
  const some = all(item, times(all(comma, item), Math.max(min - 1, 0), rest));
  return min === 0 ? maybe(some) : some;
}

function digit(): Expr {
  return chars([0x30, 0x39]);
}

/** At most 15 digits, which every reader keeps. */
function wholeNumber(): Expr {
  return one(text('0'), all(chars([0x31, 0x39]), times(digit(), 0, 14)));
}

/** What follows on a backslash, for one character each: none is half of a surrogate pair. */
function escape(): Expr {
  const hex = chars([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]);
  const below = [chars([0x30, 0x39], [0x41, 0x43], [0x45, 0x46], [0x61, 0x63], [0x65, 0x66]), hex];
  const inD = [chars([0x44, 0x44], [0x64, 0x64]), chars([0x30, 0x37])];
  const number = all(text('u'), one(all(...below), all(...inD)), hex, hex);
  return one(...Array.from('"\\/bfnrt', text), number);
}

/** A character of these within a string, written in one way. */
export function stringChars(ranges: readonly CharRange[]): Expr {
  const plain = ranges.flatMap((range) => PLAIN.flatMap((other) => shared(range, other)));
  const escapes = [0x22, 0x5c, ...Array.from({ length: 0x20 }, (_, code) => code)]
    .filter((code) => ranges.some(([from, to]) => from <= code && code <= to))
    .map((code) => text(JSON.stringify(String.fromCharCode(code)).slice(1, -1)));
  const options = [...(plain.length === 0 ? [] : [chars(...plain)]), ...escapes];
  return one(...options);
}

function shared([a, b]: CharRange, [c, d]: CharRange): CharRange[] {
  const [from, to] = [Math.max(a, c), Math.min(b, d)];
  return from <= to ? [[from, to]] : [];
}
