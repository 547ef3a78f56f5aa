import { Builder } from '../build/builder.ts';
import type { Format } from '../formats/format.ts';
import { formatById } from '../formats/registry.ts';
import { JsonScanner } from '../json/scanJson.ts';
import { parse } from '../parse.ts';
import { fileSource } from '../text/source.ts';
import type { Parsed, Range } from '../types.ts';
import { decode, type ByteReader, type FileIndex } from './indexFile.ts';
import { joinLine, NOTHING_JOINED } from './joinLines.ts';
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
  const text = decode(bytes);
  const piece = nth(index, text, record - place.first);
  if (!piece) return null;
  const own = text.slice(piece.start, piece.end);
  return {
    text: own,
    byte: start + bytesOf(text.slice(0, piece.start)),
    parsed: parse(own, { format: index.verdict.format, ...index.rules }),
    truncated: bytes.length < end - start,
  };
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
  const text = decode(bytes);
  const parsed = parse(text, { format: index.verdict.format, ...index.rules });
  return wholeText(text, parsed, bytes.length < reader.size);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function nth(index: FileIndex, text: string, wanted: number): Range | null {
  const format = formatById(index.verdict.format)!;
  const begins =
    index.cut === 'lines'
      ? lineBegins(format, text)
      : (start: number) => blockBegins(format, text, start);
  let seen = -1;
  let found: Range | null = null;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const is = begins(start, next);
    if (is === true) {
      seen += 1;
      if (found) return found;
      if (seen === wanted) found = { start, end: next };
    } else if (found && is === false) found.end = next;
    start = next;
  }
  return found;
}

function blockBegins({ blocks }: Format, text: string, start: number): boolean {
  return start === 0 || blocks?.begins(text, start) === true;
}

/** Whether a line begins a record, or goes on with one; null for blank ones. */
function lineBegins(format: Format, text: string): (start: number, end: number) => boolean | null {
  const build = new Builder();
  const scanner = new JsonScanner(fileSource(text));
  let joined = NOTHING_JOINED;
  return (start, end) => {
    if (text.slice(start, end).trim() === '') return null;
    const read = () => {
      const { value } = scanner.scan(start, end);
      if (value) format.record?.(build, { value, range: { start, end } });
    };
    const { goesOn, now } = joinLine(joined, { build, length: end - start, read });
    joined = now;
    return !goesOn;
  };
}
