import { all, chars, type Expr, one, text, times } from './grammar.ts';

export interface Bounds {
  min: number | null;
  max: number | null;
  /** The bound itself is left out. */
  isMinOpen: boolean;
  isMaxOpen: boolean;
}

const MOST = 2n ** 53n - 1n;

/** Whole numbers within bounds, as JSON has them; null where there is none that every reader keeps. */
export function integersWithin({ min, max, isMinOpen, isMaxOpen }: Bounds): Expr | null {
  let from = min === null ? -MOST : BigInt(Math.ceil(clamped(min)));
  let to = max === null ? MOST : BigInt(Math.floor(clamped(max)));
  if (isMinOpen && min === Number(from)) from++;
  if (isMaxOpen && max === Number(to)) to--;
  return signed({ from: largest(from, -MOST), to: smallest(to, MOST) }, (range) => fixed(range, 0));
}

function clamped(value: number): number {
  return Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/** Digits behind the finest decimal of the bounds, so that there are numbers beside a bound that is left out. */
const MORE_DECIMALS = 3;
const MOST_DECIMALS = 12;
const MOST_NUMBER = 10n ** 15n - 1n;

/**
 * Numbers within bounds, without exponents; null where there is none, or the bounds are finer than 12 decimals. Between
 * a bound that is left out and the next number, a thousandth of its last decimal is left out too.
 */
export function numbersWithin({ min, max, isMinOpen, isMaxOpen }: Bounds): Expr | null {
  const own = [min, max].map((bound) => (bound === null ? 0 : decimalsOf(bound)));
  if (own.some((one) => one > MOST_DECIMALS)) return null;
  const finest = own.reduce((most, count) => Math.max(most, count), 0);
  const decimals = finest + (isMinOpen || isMaxOpen ? MORE_DECIMALS : 0);
  const unit = 10n ** BigInt(decimals);
  const least = -MOST_NUMBER * unit;
  const from = min === null ? least : largest(scaled(min, decimals) + (isMinOpen ? 1n : 0n), least);
  const to =
    max === null ? -least : smallest(scaled(max, decimals) - (isMaxOpen ? 1n : 0n), -least);
  return signed({ from, to }, (range) => {
    const whole = fixed({ from: ceilDivided(range.from, unit), to: range.to / unit }, 0);
    const last = decimals === 0 ? null : fixed({ from: range.to, to: range.to }, decimals);
    const finer = fixed({ from: range.from, to: range.to - 1n }, decimals);
    const digits = chars([0x30, 0x39]);
    const more =
      decimals === 0
        ? all(text('.'), times(digits, 1, MOST_DECIMALS))
        : times(digits, 0, MOST_DECIMALS);
    const options = [whole, last, finer && all(finer, more)].filter((some) => some !== null);
    return options.length === 0 ? null : one(...options);
  });
}

function decimalsOf(value: number): number {
  for (let count = 0; count <= MOST_DECIMALS; count++)
    if (Number(value.toFixed(count)) === value) return count;
  return MOST_DECIMALS + 1;
}

function scaled(value: number, decimals: number): bigint {
  // From 1e21 on `toFixed` writes exponents.
  const within = Math.min(Math.max(value, -1e20), 1e20);
  return BigInt(within.toFixed(decimals).replace('.', ''));
}

interface Range {
  from: bigint;
  to: bigint;
}

/** A range of both signs out of what writes one that is not negative. */
function signed({ from, to }: Range, write: (range: Range) => Expr | null): Expr | null {
  const above = to >= 0n ? write({ from: largest(from, 0n), to }) : null;
  const below = from < 0n ? write({ from: largest(-to, 0n), to: -from }) : null;
  const options = [above, below && all(text('-'), below)].filter((some) => some !== null);
  return options.length === 0 ? null : one(...options);
}

/** Numbers from 0 on with so many decimals, which the range counts in. */
function fixed({ from, to }: Range, decimals: number): Expr | null {
  const options: Expr[] = [];
  for (let width = decimals + 1; width <= String(to).length || width === decimals + 1; width++) {
    const least = width === decimals + 1 ? 0n : 10n ** BigInt(width - 1);
    const low = largest(from, least);
    const high = smallest(to, 10n ** BigInt(width) - 1n);
    if (low <= high) options.push(between(written(low, decimals), written(high, decimals)));
  }
  return options.length === 0 ? null : one(...options);
}

function written(value: bigint, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, '0');
  const at = digits.length - decimals;
  return decimals === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
}

/** The texts of digits from one to another of the same length, with the point at one place. */
function between(low: string, high: string): Expr {
  if (low === high) return text(low);
  const [first, last] = [low[0]!, high[0]!];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (first === last) return all(text(first), between(lowRest, highRest));
  const zeros = lowRest.replaceAll(/\d/g, '0');
  const nines = lowRest.replaceAll(/\d/g, '9');
  const options: Expr[] = [];
  const isWholeLow = lowRest === zeros;
  const isWholeHigh = highRest === nines;
  const code = (digit: string): number => digit.charCodeAt(0);
  const from = isWholeLow ? code(first) : code(first) + 1;
  const to = isWholeHigh ? code(last) : code(last) - 1;
  if (!isWholeLow) options.push(all(text(first), between(lowRest, nines)));
  if (from <= to) options.push(all(chars([from, to]), anyOf(lowRest)));
  if (!isWholeHigh) options.push(all(text(last), between(zeros, highRest)));
  return one(...options);
}

function anyOf(shape: string): Expr {
  return all(...Array.from(shape, (char) => (char === '.' ? text('.') : chars([0x30, 0x39]))));
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smallest = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const ceilDivided = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
