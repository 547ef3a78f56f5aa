import { Builder, type BuildState } from '../build/builder.ts';
import { KIND_CODE } from '../build/marks.ts';
import { OP, OP_LENGTH } from '../build/script.ts';
import type { Format } from '../formats/format.ts';
import { JsonScanner } from '../json/scanJson.ts';
import { fileSource, type Source } from '../text/source.ts';
import { isBlankCode } from '../text/trim.ts';
import { parse } from '../parse.ts';
import type { RowThen } from './entries.ts';
import type { FileIndex } from './indexFile.ts';
import { joinLine, type Joined } from './joinLines.ts';

/** What one part of a file hands to the next: the state, and rows with text whose kind is not settled. */
export interface Carry {
  state: BuildState;
  pending: RowThen[];
  joined: Joined;
}

interface Part {
  bytes: Uint8Array;
  text: string;
  atEnd: boolean;
}

/** A record of the part: its text's offsets and where it begins in bytes. */
interface Cutting {
  start: number;
  end: number;
  byte: number;
}

/** Adds a part's records to the index; returns how many bytes were taken. */
export function countPart(format: Format, index: FileIndex, part: Part): number {
  if (index.cut === 'whole') {
    countWhole(format, index, part);
    return part.bytes.length;
  }
  const { records, taken } = cutPart(format, index, part);
  const source = fileSource(part.text);
  const scanner = new JsonScanner(source);
  const builder = new Builder(index.carry.state);
  const rows: RowThen[] = [];
  const upTo: number[] = [];
  let { joined } = index.carry;
  for (const record of records) {
    const before = builder.script.length;
    const { goesOn, now } = joinLine(joined, {
      build: builder,
      length: record.end - record.start,
      read: () => readRecord(format, { index, builder, source, scanner }, record),
    });
    joined = now;
    const id = firstId(builder, before);
    const row =
      goesOn && index.cut === 'lines'
        ? index.entries.goOn(id)
        : index.entries.add(index.bytes + record.byte, id);
    rows.push({ row, epoch: index.entries.merges });
    upTo.push(builder.marks.count);
  }
  countMarks(index, builder, { rows, upTo, joined });
  return taken;
}

function readRecord(
  format: Format,
  on: { index: FileIndex; builder: Builder; source: Source; scanner: JsonScanner },
  { start, end }: Cutting,
): void {
  const { builder, source } = on;
  if (on.index.cut === 'lines') {
    const { value } = on.scanner.scan(start, end);
    if (value) format.record?.(builder, { value, range: { start, end } });
  } else {
    format.blocks?.read(builder, source, { start, end });
  }
}

function cutPart(
  format: Format,
  index: FileIndex,
  part: Part,
): { records: Cutting[]; taken: number } {
  const { text, bytes } = part;
  const records: Cutting[] = [];
  if (index.cut === 'whole')
    return { records: [{ start: 0, end: text.length, byte: 0 }], taken: bytes.length };
  const byLine = index.cut === 'lines';
  const ascii = text.length === bytes.length;
  let byte = 0;
  let open: Cutting | null = null;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const begins = byLine ? !isBlank(text, start, next) : format.blocks?.begins(text, start);
    if (begins || !open) {
      if (open) records.push(open);
      open = byLine && !begins ? null : { start, end: next, byte };
    } else {
      open.end = next;
    }
    if (ascii) byte = next;
    else byte = feed < 0 ? bytes.length : bytes.indexOf(10, byte) + 1;
    start = next;
  }
  if (!open) return { records, taken: bytes.length };
  const whole = byLine || part.atEnd;
  if (whole) records.push(open);
  return { records, taken: whole ? bytes.length : open.byte };
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isBlankCode(text.charCodeAt(at))) return false;
  return true;
}

/** The id of the first trajectory that the record opened. */
function firstId({ script, strings }: Builder, from: number): string | null {
  for (let at = from; at < script.length; at += OP_LENGTH[script[at]!]!) {
    if (script[at] === OP.trajectory) return strings[script[at + 3]!] ?? null;
  }
  return null;
}

function countMarks(
  index: FileIndex,
  builder: Builder,
  { rows, upTo, joined }: { rows: RowThen[]; upTo: number[]; joined: Joined },
): void {
  const { entries, carry } = index;
  const { marks, lead, exit } = builder;
  const reasoned = new Set(lead.settled && lead.acts ? lead.pending : []);
  const unsettled = new Set(exit.pending);
  const open: RowThen[] = [];
  let mark = 0;
  rows.forEach((then, i) => {
    const row = entries.rowNow(then);
    for (; mark < upTo[i]!; mark += 1) {
      entries.countKind(row, reasoned.has(mark) ? KIND_CODE.reasoning : marks.kind(mark), 1);
      if (unsettled.has(mark)) open.push(then);
    }
  });
  const acted = lead.settled ? lead.acts : exit.acts;
  if (acted) move(index, carry.pending);
  if (exit.acts) move(index, open);
  const still = lead.settled || acted ? [] : carry.pending;
  index.carry = { state: exit.state, pending: exit.acts ? [] : [...still, ...open], joined };
}

/** Assistant text turned out to be reasoning. */
function move({ entries }: FileIndex, rows: RowThen[]): void {
  for (const then of rows) {
    const row = entries.rowNow(then);
    entries.countKind(row, KIND_CODE.answer, -1);
    entries.countKind(row, KIND_CODE.reasoning, 1);
  }
}

/** Each trajectory of a file that is read at once is a record; without one it is a record by itself. */
function countWhole(format: Format, { entries, bytes, rules }: FileIndex, { text }: Part): void {
  const { trajectories, spans } = parse(text, { format: format.id, ...rules });
  const rows: RowThen[] = [];
  let [at, byte] = [0, bytes];
  const add = (id: string | null): void => {
    rows.push({ row: entries.add(byte, id), epoch: entries.merges });
  };
  for (const { start, id } of trajectories) {
    if (start > at) {
      byte += new TextEncoder().encode(text.slice(at, start)).length;
      at = start;
    }
    add(id);
  }
  if (rows.length === 0) add(null);
  for (const { kind, traj } of spans)
    entries.countKind(entries.rowNow(rows[traj]!), KIND_CODE[kind], 1);
}
