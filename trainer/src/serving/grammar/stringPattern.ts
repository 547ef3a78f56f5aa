import { type AST, RegExpParser, RegExpSyntaxError } from '@eslint-community/regexpp';
import { all, type Expr, one, rule, times } from './grammar.ts';
import type { CharRange } from './utf8Ranges.ts';
import { stringChars } from './jsonText.ts';

/** Why a pattern is not one of these: it is no regular expression, or needs what a grammar has not. */
export class PatternRefusal extends Error {
  override readonly name = 'PatternRefusal';
}

const LAST = 0x10ffff;
const MOST_TIMES = 10_000;

/**
 * The inside of JSON strings that a pattern of JSON Schema (ECMA-262, with Unicode) finds itself in; characters are
 * escaped only where JSON wants it. Positions may be asserted at the pattern's ends only.
 */
export function stringPattern(pattern: string): Expr {
  const { alternatives } = parsed(pattern);
  return one(...alternatives.map(({ elements }) => searched(elements)));
}

function parsed(pattern: string): AST.Pattern {
  try {
    const parser = new RegExpParser({ ecmaVersion: 2024 });
    return parser.parsePattern(pattern, 0, pattern.length, { unicode: true });
  } catch (cause) {
    if (!(cause instanceof RegExpSyntaxError)) throw cause;
    throw new PatternRefusal(`is no regular expression: ${cause.message}`, { cause });
  }
}

/** What stands before and after a match is free where the pattern does not assert an end. */
function searched(elements: readonly AST.Element[]): Expr {
  const isEnd = (element: AST.Element | undefined, kind: 'start' | 'end'): boolean =>
    element?.type === 'Assertion' && element.kind === kind;
  const fromStart = isEnd(elements[0], 'start');
  const toEnd = isEnd(elements.at(-1), 'end');
  const inner = elements.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const free = times(rule('char'), 0, null);
  return all(...(fromStart ? [] : [free]), ...inner.map(element), ...(toEnd ? [] : [free]));
}

function element(node: AST.Element): Expr {
  switch (node.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return stringChars(nonEmpty(rangesOf(node)));
    case 'Group':
    case 'CapturingGroup':
      return one(...node.alternatives.map(({ elements }) => all(...elements.map(element))));
    case 'Quantifier': {
      const { min, max } = node;
      if (min > MOST_TIMES || (max !== Infinity && max > MOST_TIMES))
        throw new PatternRefusal(`repeats more than ${MOST_TIMES} times`);
      return times(element(node.element), min, max === Infinity ? null : max);
    }
    default:
      throw new PatternRefusal(`has ${node.raw}, which a grammar cannot say`);
  }
}

function nonEmpty(ranges: CharRange[]): CharRange[] {
  if (ranges.length === 0) throw new PatternRefusal('has a class of no characters');
  return ranges;
}

const DIGIT: CharRange[] = [[0x30, 0x39]];
const WORD: CharRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const BREAK: CharRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const SPACE: CharRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

function rangesOf(
  node: AST.Character | AST.CharacterSet | AST.CharacterClass | AST.CharacterClassElement,
): CharRange[] {
  switch (node.type) {
    case 'Character':
      return [[node.value, node.value]];
    case 'CharacterClassRange':
      return [[node.min.value, node.max.value]];
    case 'CharacterClass': {
      const ranges = node.elements.flatMap(rangesOf);
      return node.negate ? others(ranges) : ranges;
    }
    case 'CharacterSet': {
      if (node.kind === 'any') return others(BREAK);
      if (node.kind === 'property') break;
      const ranges = { digit: DIGIT, space: SPACE, word: WORD }[node.kind];
      return node.negate ? others(ranges) : ranges;
    }
  }
  throw new PatternRefusal(`has ${node.raw}, which is not known here`);
}

function others(ranges: readonly CharRange[]): CharRange[] {
  const rest: CharRange[] = [];
  let next = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > next) rest.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST) rest.push([next, LAST]);
  return rest;
}
