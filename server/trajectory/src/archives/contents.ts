import type { Problem } from '@deepcoder/vocabulary';
import type { ByteReader } from '../byteReader.ts';
import { unpackedName, isTrajectoryName } from './fileNames.ts';
import { gunzip, isGzip, type Inflated } from './gzip.ts';
import { memoryReader } from './memoryReader.ts';
import { isParquet } from './parquet.ts';
import { Budget, Refusal } from './refusal.ts';
import type { RowGroups } from './rowGroups.ts';
import { isTar, tarEntries } from './tar.ts';
import { writtenTable } from './writtenTable.ts';
import { isZip } from './zip.ts';

/** Strings of JavaScript hold about 2^29 characters. */
export const MOST_BYTES = 500_000_000;

/**
 * What a file holds: itself, or each file in an archive. `name`: where it lies in the archive; null: it is
 * the file. `fileName` is what it would be called by itself.
 */
export type Content = { name: string | null; fileName: string } & (
  | { kind: 'file' }
  | { kind: 'bytes'; bytes: Uint8Array; isCut: boolean }
  | { kind: 'text'; text: string; problems: Problem[]; isCut: boolean }
  | { kind: 'rows'; table: RowGroups }
  | { kind: 'refused'; reason: string }
);

const HEAD = 512;
/** A compressed file in a compressed archive, and no further. */
const MOST_LEVELS = 4;

/**
 * Looks into archives and compressed files, as their bytes say, not their names; what is written as a table
 * has a name that says so. Never throws for what they hold.
 */
export async function* contentsOf(
  file: ByteReader,
  fileName: string,
  mostBytes = MOST_BYTES,
): AsyncGenerator<Content> {
  const head = await file.read(0, HEAD);
  const own = { name: null, fileName };
  const isTable = writtenTable(fileName) !== null;
  if (!isPacked(head) && !isTable) {
    yield { ...own, kind: 'file' };
    return;
  }
  try {
    if (isParquet(head)) {
      yield { ...own, kind: 'rows', table: await openParquet(file) };
      return;
    }
    const budget = new Budget(mostBytes);
    if (file.size > mostBytes) throw new Refusal(budget.tooMuch(file.size));
    const bytes = await file.read(0, file.size);
    yield* unpacked(bytes, { ...own, budget, level: 0, isCut: false });
  } catch (error) {
    yield { ...own, kind: 'refused', reason: reasonOf(error) };
  }
}

interface Place {
  name: string | null;
  fileName: string;
  budget: Budget;
  level: number;
  isCut: boolean;
}

function isPacked(head: Uint8Array): boolean {
  return (
    isGzip(head) || isZstd(head) || isZip(head) || isParquet(head) || isArrow(head) || isTar(head)
  );
}

function isZstd(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  if (second === 0xb5) return first === 0x28 && third === 0x2f && fourth === 0xfd;
  // A frame that is to be skipped stands first in files that can be read here and there.
  return (first! & 0xf0) === 0x50 && second === 0x2a && third === 0x4d && fourth === 0x18;
}

const ARROW = new TextEncoder().encode('ARROW1');

/** Arrow's files, and its streams, which begin with the length of their schema: `datasets` keeps them. */
function isArrow(bytes: Uint8Array): boolean {
  if (ARROW.every((byte, i) => bytes[i] === byte)) return true;
  return [0, 1, 2, 3].every((i) => bytes[i] === 0xff) && bytes[7] === 0 && bytes[8] === 0x10;
}

async function* unpacked(bytes: Uint8Array, place: Place): AsyncGenerator<Content> {
  const { name, fileName, level, isCut } = place;
  if (!isPacked(bytes)) {
    const read = writtenTable(fileName);
    if (read) yield { name, fileName, kind: 'text', ...(await read(bytes)), isCut };
    else yield { name, fileName, kind: 'bytes', bytes, isCut };
    return;
  }
  if (level >= MOST_LEVELS) throw new Refusal('an archive in an archive in an archive');
  if (isParquet(bytes)) {
    yield { name, fileName, kind: 'rows', table: await openParquet(memoryReader(bytes)) };
  } else if (isArrow(bytes)) {
    throw new Refusal("it is an Arrow table; save it as Parquet, as `datasets`' `to_parquet` does");
  } else if (isGzip(bytes) || isZstd(bytes)) {
    yield* inflated(bytes, place);
  } else {
    yield* members(bytes, place);
  }
}

async function* inflated(bytes: Uint8Array, place: Place): AsyncGenerator<Content> {
  const { fileName, level, budget, isCut } = place;
  let content: Inflated;
  if (isGzip(bytes)) content = gunzip(bytes, budget);
  else content = (await import('./zstd.ts')).unzstd(bytes, budget);
  budget.spend(content.bytes.length);
  yield* unpacked(content.bytes, {
    ...place,
    fileName: unpackedName(fileName),
    level: level + 1,
    isCut: isCut || content.isCut,
  });
}

async function* members(bytes: Uint8Array, place: Place): AsyncGenerator<Content> {
  const entries = isZip(bytes) ? await unzipped(bytes, place) : tarred(bytes);
  if ('samples' in entries) {
    const { name, fileName, isCut } = place;
    yield { name, fileName, kind: 'text', text: entries.samples, problems: [], isCut };
    return;
  }
  for (const { name: member, bytes: own, isCut } of entries) {
    const name = place.name === null ? member : `${place.name}!${member}`;
    const fileName = member.slice(member.lastIndexOf('/') + 1);
    const inner = { ...place, name, fileName, level: place.level + 1, isCut };
    try {
      yield* unpacked(own, inner);
    } catch (error) {
      yield { name, fileName, kind: 'refused', reason: reasonOf(error) };
    }
  }
}

type Member = { name: string; bytes: Uint8Array; isCut: boolean };

async function unzipped(
  bytes: Uint8Array,
  { fileName, budget }: Place,
): Promise<Member[] | { samples: string }> {
  const { zipEntries } = await import('./zip.ts');
  const entries = zipEntries(bytes, fileName, budget);
  return 'samples' in entries ? entries : entries.map((entry) => ({ ...entry, isCut: false }));
}

/** Its files lie in it as they are, so that they take no memory of their own. */
function tarred(bytes: Uint8Array): Member[] {
  const found = [...tarEntries(bytes)].filter(({ name }) => isTrajectoryName(name));
  if (found.length === 0) throw new Refusal('an archive without trajectory files');
  return found;
}

/** Apart from what plain files need: it takes a while to load. */
async function openParquet(file: ByteReader): Promise<RowGroups> {
  const { openParquet: open } = await import('./openParquet.ts');
  return open(file);
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return `it is broken: ${error instanceof Error ? error.message : String(error)}`;
}
