import type { Range } from '@deepcoder/vocabulary';
import { Builder } from '../assemble/builder.ts';
import { parse } from '../parse.ts';
import type { Parsed } from '../types.ts';
import { notUtf8 } from '../encodings/decodeText.ts';
import { byteInPart, decodeUtf8, partText } from '../encodings/utf8.ts';
import type { ByteReader } from '../byteReader.ts';
import type { FileIndex } from './fileIndex.ts';
import { cutPart } from './cutPart.ts';
import type { Part } from './part.ts';
import { NOTHING_JOINED, readPieces } from './readPieces.ts';
import { oneTrajectory, wholeText, type WholeText } from './oneTrajectory.ts';

export interface StoredRecord {
  text: string;
  /** Where the record begins in the file. */
  byte: number;
  parsed: Parsed;
  /** Only the beginning was read. */
  truncated: boolean;
}

const MAX_BYTES = 64 << 20;

/** Reads and parses one record of an indexed file; null where there is none of that number. */
export async function recordAt(
  reader: ByteReader,
  index: FileIndex,
  record: number,
): Promise<StoredRecord | null> {
  if (index.cut === 'whole') return trajectoryAt(reader, index, record);
  const place = index.entries.find(record);
  if (!place) return null;
  const start = index.entries.start(place.row);
  const end =
    place.row + 1 < index.entries.count ? index.entries.start(place.row + 1) : index.bytes;
  const bytes = await reader.read(start, Math.min(end - start, MAX_BYTES));
  const text = partText(bytes);
  const piece = nth(
    index,
    { bytes, text, atStart: start === 0, atEnd: true },
    record - place.first,
  );
  if (!piece) return null;
  const [from, to] = [piece.start, piece.end].map((at) => byteInPart(bytes, text, at));
  const byte = start + from!;
  const own = readPart(bytes.subarray(from, to), byte, index);
  return { ...own, byte, truncated: bytes.length < end - start };
}

function readPart(
  bytes: Uint8Array,
  byte: number,
  { verdict, rules }: FileIndex,
): { text: string; parsed: Parsed } {
  const { text, bad } = decodeUtf8(bytes);
  const parsed = parse(text, { format: verdict.format, ...rules });
  if (bad) parsed.problems.unshift(notUtf8(text, bad, byte));
  return { text, parsed };
}

/** Of a file that is read at once. */
async function trajectoryAt(
  reader: ByteReader,
  index: FileIndex,
  record: number,
): Promise<StoredRecord | null> {
  if (record < 0 || record >= index.entries.records) return null;
  index.whole ??= await readWhole(reader, index);
  const { text, parsed, truncated } = index.whole;
  // There is none, or the file is too long to have been counted.
  if (parsed.trajectories.length !== index.entries.records)
    return { text, byte: 0, parsed, truncated };
  const one = oneTrajectory(index.whole, record);
  const row = index.entries.find(record)!;
  const byte = row.alone ? index.entries.start(row.row) : bytesOf(text.slice(0, one.start));
  return { text: one.text, byte, parsed: one.parsed, truncated };
}

async function readWhole(reader: ByteReader, index: FileIndex): Promise<WholeText> {
  const bytes = await reader.read(0, Math.min(reader.size, MAX_BYTES));
  const { text, parsed } = readPart(bytes, 0, index);
  return wholeText(text, parsed, bytes.length < reader.size);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The record among those of a row, whose pieces are joined as they were when it was indexed. */
function nth(index: FileIndex, part: Part, wanted: number): Range | null {
  const format = index.verdict.reader!;
  const { pieces } = cutPart(format, index.cut, part);
  const on = { cut: index.cut, text: part.text, build: new Builder(), joined: NOTHING_JOINED };
  const own: Range[] = [];
  let seen = -1;
  for (const { piece, goesOn } of readPieces(format, pieces, on)) {
    if (!goesOn) seen += 1;
    if (seen > wanted) break;
    if (seen === wanted) own.push(piece);
  }
  const [first] = own;
  return first === undefined ? null : { start: first.start, end: own.at(-1)!.end };
}
