import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from './random.ts';

type Change = (bytes: Buffer, random: Random, file: string) => Buffer;

const cut: Change = (bytes, random) => bytes.subarray(0, random.below(bytes.length));

const flipAt = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[at] = copy[at]! ^ (1 << bit);
  return copy;
};

const flip: Change = (bytes, random) => flipAt(bytes, random.below(bytes.length), random.below(8));

/** What a disk, a copy or a person can do to a file's content. */
const CHANGES: Readonly<Record<string, Change>> = {
  'cut in half': (bytes) => bytes.subarray(0, bytes.length >> 1),
  'cut at random': cut,
  'cut early': (bytes, random) => bytes.subarray(0, random.below(Math.min(bytes.length, 64))),
  'without its last byte': (bytes) => bytes.subarray(0, -1),
  empty: () => Buffer.alloc(0),
  'first bit flipped': (bytes) => flipAt(bytes, 0, 0),
  'last byte flipped': (bytes) => flipAt(bytes, bytes.length - 1, 3),
  'a bit flipped': flip,
  'another bit flipped': flip,
  'hundred bits flipped': (bytes, random) =>
    Array.from({ length: 100 }).reduce<Buffer>((now) => flip(now, random, ''), bytes),
  'zeros throughout': (bytes) => Buffer.alloc(bytes.length),
  'a block of zeros': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.from(bytes).fill(0, from, from + 512);
  },
  'zeros at its end': (bytes) => Buffer.from(bytes).fill(0, bytes.length >> 1),
  'random throughout': (bytes, random) => Buffer.from(bytes.map(() => random.below(256))),
  'a byte more': (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
  'an empty object': () => Buffer.from('{}\n'),
  'what a neighbour holds': (bytes, random, file) => {
    const folder = path.dirname(file);
    const others = readdirSync(folder).filter(
      (name) => name !== path.basename(file) && statSync(path.join(folder, name)).isFile(),
    );
    return others.length === 0 ? bytes : readFileSync(path.join(folder, random.pick(others)));
  },
};

const GONE = 'gone';
const A_FOLDER = 'a folder';

export const WAYS: readonly string[] = [...Object.keys(CHANGES), GONE, A_FOLDER];

export function damage(file: string, way: string, random: Random): void {
  const change = CHANGES[way];
  const bytes = readFileSync(file);
  // A new file: checkpoints share theirs by hard links.
  rmSync(file);
  if (change !== undefined) writeFileSync(file, change(bytes, random, file));
  else if (way === A_FOLDER) mkdirSync(file);
}
