import { Builder, FRESH } from '../assemble/builder.ts';
import type { Format, Input } from '../formats/format.ts';
import { detect, type Verdict } from '../parse.ts';
import type { ByteReader } from '../byteReader.ts';
import { partText } from '../encodings/utf8.ts';
import { firstCode } from '../json/blanks.ts';
import { isJsonLines } from '../json/jsonLines.ts';
import { FactSheet } from '../facts/factSheet.ts';
import { openInput } from '../probe.ts';
import { hasColours } from '../text/ansi.ts';
import type { ParseOptions } from '../types.ts';
import { Entries } from './entries.ts';
import { countPart } from './countPart.ts';
import type { FileIndex } from './fileIndex.ts';
import { NOTHING_JOINED } from './readPieces.ts';
import type { RecordCut } from './part.ts';

export interface IndexOptions extends ParseOptions {
  signal?: AbortSignal;
  onProgress?: (bytes: number, size: number) => void;
  /** Goes on from an index that was not completed, or whose file has grown since. */
  resume?: FileIndex;
  /** Bytes read at a time. */
  chunkBytes?: number;
  /** Records longer than this are passed over unread. */
  maxRecordBytes?: number;
  maxEntries?: number;
}

const MIB = 1 << 20;
const OPEN_ARRAY = 91;
/** Larger ones are no faster, and what is left of them until it is collected adds up. */
const CHUNK_BYTES = MIB / 4;

/**
 * One pass over a file of any size: bytes are read in pieces, cut into records and counted. Memory does
 * not grow with the file. When it is cancelled the index so far comes back, not complete, to go on from.
 */
export async function indexFile(
  reader: ByteReader,
  options: IndexOptions = {},
): Promise<FileIndex> {
  const index = options.resume ?? (await begin(reader, options));
  index.complete = false;
  const pass = new Pass(reader, index, options);
  await pass.run();
  return index;
}

async function begin(reader: ByteReader, options: IndexOptions): Promise<FileIndex> {
  const { verdict, cut } = await judgeHead(reader, options);
  return {
    verdict,
    cut,
    entries: new Entries(options.maxEntries ?? 1 << 18),
    bytes: 0,
    complete: false,
    oversized: [],
    carry: { state: FRESH, pending: [], joined: NOTHING_JOINED, facts: new FactSheet() },
    rules: options.rules ? { rules: options.rules } : {},
    whole: null,
  };
}

async function judgeHead(
  reader: ByteReader,
  options: IndexOptions,
): Promise<{ verdict: Verdict; cut: RecordCut }> {
  const limit = options.maxRecordBytes ?? 64 * MIB;
  for (let length = 2 * MIB; ; length *= 4) {
    const bytes = await reader.read(0, Math.min(length, limit));
    const whole = bytes.length >= reader.size;
    const isArray = bytes[0] === OPEN_ARRAY;
    const end = whole || isArray ? bytes.length : bytes.lastIndexOf(10) + 1;
    if (end > 0) return judge(partText(bytes.subarray(0, end)), options, whole);
    if (length >= limit) {
      return (await judgeSecondLine(reader, options)) ?? judge(partText(bytes), options, whole);
    }
  }
}

/** Where the first line is too long to be read, the ones after it tell whether the file is JSON lines. */
async function judgeSecondLine(
  reader: ByteReader,
  options: IndexOptions,
): Promise<{ verdict: Verdict; cut: RecordCut } | null> {
  const start = await nextLine(reader, 0, {});
  const bytes = start === null ? new Uint8Array() : await reader.read(start, 2 * MIB);
  const end = bytes.lastIndexOf(10) + 1;
  if (end === 0) return null;
  const judged = judge(partText(bytes.subarray(0, end)), options, false);
  return judged.cut === 'lines' ? judged : null;
}

/** Where the line after the next line end begins; null where there is none, or it was cancelled. */
async function nextLine(
  reader: ByteReader,
  from: number,
  { signal, onProgress, chunkBytes = CHUNK_BYTES }: IndexOptions,
): Promise<number | null> {
  const buffer = new Uint8Array(chunkBytes);
  for (let at = from; at < reader.size && signal?.aborted !== true;) {
    const bytes = await reader.read(at, chunkBytes, buffer);
    const lineEnd = bytes.indexOf(10);
    if (lineEnd >= 0) return at + lineEnd + 1;
    if (bytes.length === 0) return null;
    at += bytes.length;
    onProgress?.(at, reader.size);
  }
  return null;
}

function judge(
  text: string,
  options: IndexOptions,
  whole: boolean,
): { verdict: Verdict; cut: RecordCut } {
  // More follows than was read: a line by itself is not the file's only value.
  const head = whole ? text : `${text}{}\n`;
  const input = openInput(head, options, () => undefined);
  const verdict = detect(input, options.format);
  const format = verdict.reader;
  if (input.shape === 'text') {
    const isCut = format?.blocks && !format.needsWhole?.(text) && !hasColours(text);
    return { verdict, cut: isCut ? 'blocks' : 'whole' };
  }
  const isArray = firstCode(text) === OPEN_ARRAY;
  if (format && isArray && isSetOfRecords(format, input)) return { verdict, cut: 'elements' };
  const byLine = input.shape === 'jsonl' && isJsonLines(head);
  if (byLine && whole && dependOnEachOther(format, input)) return { verdict, cut: 'whole' };
  return { verdict, cut: byLine && format?.record ? 'lines' : 'whole' };
}

/** Lines that are read rightly only together; of a file that is read piece by piece that is not known. */
function dependOnEachOther(format: Format | null, input: Input): boolean {
  if (!format?.links) return false;
  const links: string[] = [];
  for (const { value } of input.records()) {
    const link = format.links.of(value);
    if (link !== null) links.push(link);
  }
  return format.links.needWhole(links);
}

/** An array of which each element is read by itself, as a trajectory of its own. */
function isSetOfRecords({ read, record }: Format, { root, samples }: Input): boolean {
  if (read || !record || root?.type !== 'array' || samples.length < 2) return false;
  const build = new Builder();
  for (const value of samples.slice(0, 2)) record(build, { value, range: value });
  return build.trajectories === 2;
}

class Pass {
  private readonly format: Format | null;
  private readonly chunkBytes: number;
  private readonly maxRecordBytes: number;

  constructor(
    private readonly reader: ByteReader,
    private readonly index: FileIndex,
    private readonly options: IndexOptions,
  ) {
    this.format = index.verdict.reader;
    this.chunkBytes = options.chunkBytes ?? CHUNK_BYTES;
    this.maxRecordBytes = options.maxRecordBytes ?? 64 * MIB;
  }

  async run(): Promise<void> {
    const { reader, index, options } = this;
    let length = index.cut === 'whole' ? this.maxRecordBytes : this.chunkBytes;
    let buffer = new Uint8Array();
    while (index.bytes < reader.size) {
      if (options.signal?.aborted) return;
      if (length > buffer.length) buffer = new Uint8Array(Math.min(length, reader.size));
      const bytes = await reader.read(index.bytes, length, buffer);
      if (bytes.length === 0) break;
      const atEnd = index.bytes + bytes.length >= reader.size;
      const taken = this.take(bytes, atEnd);
      if (taken > 0) {
        index.bytes += taken;
        if (index.cut !== 'whole') length = this.chunkBytes;
      } else if (length >= this.maxRecordBytes) {
        await this.passOver(bytes.length);
        length = this.chunkBytes;
      } else {
        length = Math.min(length * 4, this.maxRecordBytes);
      }
      options.onProgress?.(index.bytes, reader.size);
    }
    index.complete = index.bytes >= reader.size;
  }

  /** Indexes the whole records at the start of the bytes; returns how many bytes they are. */
  private take(bytes: Uint8Array, atEnd: boolean): number {
    const { format, index } = this;
    if (!format) return bytes.length;
    const isAll = atEnd || index.cut === 'elements';
    const end = isAll ? bytes.length : bytes.lastIndexOf(10) + 1;
    if (end === 0 || (index.cut === 'whole' && !atEnd)) return 0;
    const part = bytes.subarray(0, end);
    const atStart = index.bytes === 0;
    return countPart(format, index, { bytes: part, text: partText(part), atStart, atEnd });
  }

  /** A record that is too long: its row has no counts. Goes on after the next line end. */
  private async passOver(already: number): Promise<void> {
    const { reader, index } = this;
    const from = index.bytes + already;
    const isByLine = index.cut === 'lines' || index.cut === 'blocks';
    const next = isByLine ? await nextLine(reader, from, this.options) : null;
    if (this.options.signal?.aborted === true) return;
    index.oversized.push(index.entries.records);
    index.entries.add(index.bytes, null);
    index.carry.joined = NOTHING_JOINED;
    index.carry.facts = new FactSheet();
    index.bytes = next ?? reader.size;
  }
}
