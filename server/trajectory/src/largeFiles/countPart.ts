import { Builder } from '../assemble/builder.ts';
import { KIND_CODE, type Marks } from '../assemble/marks.ts';
import { FactSheet, SheetsOfTrajectories, type FactSheets } from '../facts/factSheet.ts';
import type { Format } from '../formats/format.ts';
import { parse } from '../parse.ts';
import { decode } from '../spanText.ts';
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
  const facts = new PieceFacts(index, part.text);
  builder.facts = facts;
  const on = { cut: index.cut, text: part.text, build: builder, joined };
  for (const { piece, goesOn, id, joined: now } of readPieces(format, pieces, on)) {
    joined = now;
    const row = goesOn ? index.entries.goOn(id) : index.entries.add(index.bytes + piece.byte, id);
    rows.push({ row, epoch: index.entries.merges });
    facts.pieceRead(rows.at(-1)!, { goesOn, marks: builder.marks });
    upTo.push(builder.marks.count);
  }
  facts.done();
  countMarks(index, builder, { rows, upTo, joined });
  return taken;
}

/** What the log says in each piece, gathered by record: one sheet for all trajectories in it. */
class PieceFacts implements FactSheets {
  sheet = new FactSheet();
  private row: RowThen | null = null;
  private marks = 0;

  constructor(
    private readonly index: FileIndex,
    private readonly text: string,
  ) {}

  begin(): void {
    // A record's trajectories share its sheet.
  }

  pieceRead(row: RowThen, { goesOn, marks }: { goesOn: boolean; marks: Marks }): void {
    const { carry } = this.index;
    if (goesOn) carry.facts.absorb(this.sheet);
    else {
      this.done();
      carry.facts = this.sheet;
    }
    this.row = row;
    this.sheet = new FactSheet();
    for (let mark = this.marks; !carry.facts.hasTask && mark < marks.count; mark += 1)
      if (marks.kind(mark) === KIND_CODE.task)
        carry.facts.sayTask(
          beginningOf(this.text, marks.start(mark), marks.end(mark), marks.escapes(mark)),
        );
    this.marks = marks.count;
  }

  /** The row is as far as this part goes. */
  done(): void {
    if (this.row) this.index.entries.setFacts(this.row, this.index.carry.facts.facts);
    this.row = null;
  }
}

/** Of a task that is shown on one line. */
const MOST_OF_TASK = 480;

function beginningOf(text: string, start: number, end: number, escapes: number): string {
  return decode(text.slice(start, Math.min(end, start + MOST_OF_TASK)), escapes);
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
  const pending = exit.acts ? [] : [...still, ...open];
  index.carry = { state: exit.state, pending, joined, facts: carry.facts };
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
  const facts = new SheetsOfTrajectories();
  const parsed = parse(text, { format: format.id, ...rules }, facts);
  const { trajectories, spans } = parsed;
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
  spans.forEach(({ kind, traj, start, end }, i) => {
    entries.countKind(entries.rowNow(rows[traj]!), KIND_CODE[kind], 1);
    const sheet = facts.sheets[traj];
    if (kind === 'task' && sheet?.hasTask === false)
      sheet.sayTask(beginningOf(text, start, end, parsed.escapes[i]!));
  });
  facts.sheets.forEach((sheet, i) => rows[i] && entries.setFacts(rows[i], sheet.facts));
}
