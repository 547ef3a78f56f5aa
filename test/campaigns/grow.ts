import { diagnose, parse } from '@deepcoder/trajectory';
import { fixtureFiles, type FixtureFile } from '../trajectory/fixtureFiles.ts';
import { threadMs } from '../../server/trajectory/scripts/threadMs.mjs';
import { randomFrom, type Random } from './random.ts';

/** A quadratic reader takes a second and more for the largest size. */
export const limitMs = 60_000;
export const shortTries = 100;

const SIZES = [25_000, 50_000, 100_000, 200_000];
/** What is faster than this at the largest size is fast enough, however it grows. */
const FAST_MS = 60;
/** From the second to the last size: 1.3 times what linear time grows; quadratic time grows 16 times. */
const MOST_GROWTH = 1.3 * 4;
const LONGEST_UNIT = 60;

/**
 * Reads a text that repeats one piece again and again, behind the beginning of a file of some format, at growing
 * sizes. Fails where the time grows more than 1.3 times as fast as the text.
 */
export function attempt(seed: number): string | null {
  const random = randomFrom(seed);
  const file = random.pick(fixtureFiles);
  const head = file.text.slice(0, random.below(Math.min(file.text.length, 20_000)));
  const { unit, from } = unitFor(file, head, random);
  const textOf = (size: number): string =>
    head + unit.repeat(Math.ceil(Math.max(1, size - head.length) / unit.length));
  const options = random.below(2) === 0 ? { fileName: file.name } : { format: file.format };
  const read = (text: string): void => void diagnose(text, parse(text, options));
  return (
    growthFault(read, textOf)?.concat(
      `, of ${JSON.stringify(unit)} (${from}) behind ${String(head.length)} characters of ${file.format}/${file.name}` +
        ` read as ${options.format ?? 'whatever it is'}`,
    ) ?? null
  );
}

/** Null where time grows with the size; what grows faster is measured once more, with more patience. */
function growthFault(
  read: (text: string) => void,
  textOf: (size: number) => string,
): string | null {
  for (const rounds of [1, 5]) {
    const times = SIZES.map((size) => fastest(rounds, read, textOf(size)));
    const [, middle, , largest] = times as [number, number, number, number];
    if (largest < FAST_MS || largest / middle < MOST_GROWTH) return null;
    if (rounds > 1 || largest > OBVIOUS_MS) {
      const listed = times.map((ms) => ms.toFixed(0)).join(', ');
      return `${listed} ms for ${SIZES.join(', ')} characters`;
    }
  }
  return null;
}

const OBVIOUS_MS = 2000;

function fastest(rounds: number, read: (text: string) => void, text: string): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = threadMs();
    read(text);
    least = Math.min(least, threadMs() - start);
  }
  return least;
}

/** What follows in the file, a piece of some file, or some marks in a row; as a JSON string holds it, or as it is. */
function unitFor(file: FixtureFile, head: string, random: Random): { unit: string; from: string } {
  const own = random.below(3);
  if (own === 0) return { unit: pieceAt(file.text, head.length, random), from: 'what follows' };
  const other = own === 1 ? file : random.pick(fixtureFiles);
  const piece = pieceAt(other.text, markAt(other.text, random), random);
  const isJson = /^\s*[[{]/.test(file.text);
  const unit = isJson && random.below(2) === 0 ? JSON.stringify(piece).slice(1, -1) : piece;
  return { unit, from: `of ${other.name}` };
}

function pieceAt(text: string, at: number, random: Random): string {
  return text.slice(at, at + 1 + random.below(LONGEST_UNIT)) || '\n';
}

/** A place where a line begins, or something that is no letter: there the marks of formats stand. */
function markAt(text: string, random: Random): number {
  const from = random.below(text.length);
  const found = text.slice(from, from + 500).search(/\n|[^\w\s]/);
  return found < 0 ? from : from + found;
}
