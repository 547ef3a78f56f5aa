import { formatById } from '../formats/registry.ts';
import { parse } from '../parse.ts';
import type { Parsed } from '../types.ts';
import { decode, type ByteReader, type FileIndex } from './indexFile.ts';

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
  const before = new TextEncoder().encode(text.slice(0, piece.start)).length;
  return {
    text: own,
    byte: start + before,
    parsed: parse(own, { format: index.verdict.format }),
    truncated: bytes.length < end - start,
  };
}

function nth(
  index: FileIndex,
  text: string,
  wanted: number,
): { start: number; end: number } | null {
  if (index.cut === 'whole') return { start: 0, end: text.length };
  const blocks = formatById(index.verdict.format)?.blocks;
  let seen = -1;
  let found: { start: number; end: number } | null = null;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const byLine = index.cut === 'lines';
    const begins = byLine
      ? text.slice(start, next).trim() !== ''
      : start === 0 || blocks?.begins(text, start);
    if (begins) {
      seen += 1;
      if (found) return found;
      if (seen === wanted) found = { start, end: next };
    } else if (found && !byLine) found.end = next;
    start = next;
  }
  return found;
}
