import { type CharRange, utf8Ranges } from './utf8Ranges.ts';

/** A piece of a context-free grammar over Unicode characters. */
export type Expr =
  | { is: 'text'; text: string }
  /** One character of these ranges of code points, ends included. */
  | { is: 'chars'; ranges: readonly CharRange[] }
  | { is: 'all'; parts: readonly Expr[] }
  | { is: 'one'; options: readonly Expr[] }
  | { is: 'times'; part: Expr; min: number; max: number | null }
  | { is: 'rule'; name: string };

/** Rules by name; a text of the grammar is one of `root`. */
export type Grammar = ReadonlyMap<string, Expr>;

export const text = (of: string): Expr => ({ is: 'text', text: of });
export const chars = (...ranges: CharRange[]): Expr => ({ is: 'chars', ranges });
export const all = (...parts: Expr[]): Expr => ({ is: 'all', parts });
export const one = (...options: Expr[]): Expr => ({ is: 'one', options });
export const rule = (name: string): Expr => ({ is: 'rule', name });

export function times(part: Expr, min: number, max: number | null): Expr {
  return { is: 'times', part, min, max };
}

export const maybe = (part: Expr): Expr => times(part, 0, 1);

/**
 * The grammar in XGrammar's EBNF, which is that of the W3C's XML with C's escapes. Classes are written byte by byte:
 * version 0.1.27 takes what stands in one for bytes, not for characters.
 */
export function ebnf(grammar: Grammar): string {
  return Array.from(grammar, ([name, expr]) => `${name} ::= ${printed(expr)}`).join('\n');
}

function printed(expr: Expr): string {
  switch (expr.is) {
    case 'text':
      return `"${Array.from(expr.text, (char) => escaped(char.codePointAt(0)!)).join('')}"`;
    case 'chars':
      return printedChars(expr.ranges);
    case 'all':
      return expr.parts.length === 0 ? '""' : `(${expr.parts.map(printed).join(' ')})`;
    case 'one':
      return `(${expr.options.map(printed).join(' | ')})`;
    case 'times':
      return `${printed(expr.part)}${repeated(expr.min, expr.max)}`;
    case 'rule':
      return expr.name;
  }
}

function printedChars(ranges: readonly CharRange[]): string {
  const sequences = ranges.flatMap(utf8Ranges);
  const single = sequences.filter(({ length }) => length === 1).flat();
  const several = sequences
    .filter(({ length }) => length > 1)
    .map((bytes) => bytes.map((range) => byteClass([range])).join(' '));
  const options = [...(single.length === 0 ? [] : [byteClass(single)]), ...several];
  return options.length === 1 && several.length === 0 ? options[0]! : `(${options.join(' | ')})`;
}

function byteClass(ranges: readonly CharRange[]): string {
  const [[from, to] = [0, 0]] = ranges;
  // A class of one it takes for the character of that number.
  if (ranges.length === 1 && from === to) return `[${escaped(from).repeat(2)}]`;
  const shown = ranges.map(([from, to]) =>
    from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`,
  );
  return `[${shown.join('')}]`;
}

function repeated(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === 0 && max === 1 ? '?' : `{${min},${max}}`;
}

/** Letters, digits and the blank as they are, all else by number: none has a meaning in a text or a class. */
function escaped(code: number): string {
  const char = String.fromCodePoint(code);
  if (/^[\w ]$/.test(char)) return char;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A rule whose texts would never end, since each of them holds another of its own; null: there is none. */
export function endlessRule(grammar: Grammar): string | null {
  const ending = new Set<string>();
  const ends = (expr: Expr): boolean => {
    switch (expr.is) {
      case 'text':
      case 'chars':
        return true;
      case 'all':
        return expr.parts.every(ends);
      case 'one':
        return expr.options.some(ends);
      case 'times':
        return expr.min === 0 || ends(expr.part);
      case 'rule':
        return ending.has(expr.name);
    }
  };
  for (let before = -1; before < ending.size;) {
    before = ending.size;
    for (const [name, expr] of grammar) if (!ending.has(name) && ends(expr)) ending.add(name);
  }
  return [...grammar.keys()].find((name) => !ending.has(name)) ?? null;
}
