import { Builder } from '../assemble/builder.ts';
import { KIND_CODE } from '../assemble/marks.ts';
import type { Format } from '../formats/format.ts';
import { parse } from '../parse.ts';
import { cutPart } from './cutPart.ts';
import type { RowThen } from './entries.ts';
import type { FileIndex } from './fileIndex.ts';
import type { Part } from './part.ts';
import { readPieces, type Joined } from './readPieces.ts';

/** Adds a part's records to the index; returns how many bytes were taken. */
export function countPart(format: Format, index: FileIndex, part: Part): number {
  if (index.cut === 'whole') {
    countWhole(format, index, part);
    return part.bytes.length;
  }
  const { pieces, taken } = cutPart(format, index.cut, part);
  const builder = new Builder(index.carry.state);
  const rows: RowThen[] = [];
  const upTo: number[] = [];
  let { joined } = index.carry;
  const on = { cut: index.cut, text: part.text, build: builder, joined };
  for (const { piece, goesOn, id, joined: now } of readPieces(format, pieces, on)) {
    joined = now;
    const row = goesOn ? index.entries.goOn(id) : index.entries.add(index.bytes + piece.byte, id);
    rows.push({ row, epoch: index.entries.merges });
    upTo.push(builder.marks.count);
  }
  countMarks(index, builder, { rows, upTo, joined });
  return taken;
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
function countWhole(format: Format, { entries, bytes, rules }: FileIndex, part: Part): void {
  const { text } = part;
  const { trajectories, spans } = parse(text, { format: format.id, ...rules });
  const rows: RowThen[] = [];
  const hasBytes = text.length === part.bytes.length;
  let [at, byte] = [0, bytes];
  const add = (id: string | null): void => {
    rows.push({ row: entries.add(byte, id), epoch: entries.merges });
  };
  for (const { start, id } of trajectories) {
    if (start > at) {
      byte += hasBytes ? start - at : new TextEncoder().encode(text.slice(at, start)).length;
      at = start;
    }
    add(id);
  }
  if (rows.length === 0) add(null);
  for (const { kind, traj } of spans)
    entries.countKind(entries.rowNow(rows[traj]!), KIND_CODE[kind], 1);
}
