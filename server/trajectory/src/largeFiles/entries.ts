import { SPAN_KINDS, type Facts, type SpanKind } from '@deepcoder/vocabulary';
import { FactColumns } from './factColumns.ts';

const KINDS = SPAN_KINDS.length;

/** A row's number at a time: merging moves rows. */
export interface RowThen {
  row: number;
  epoch: number;
}

/**
 * The index's rows: where each begins in bytes, how many records it holds and how many spans of each
 * kind. A row is one record until there are `limit` rows; then pairs are merged, so that the index of
 * any file fits in memory.
 */
export class Entries {
  count = 0;
  /** Records in all rows. */
  records = 0;
  /** How often pairs of rows were merged, and how many records a row takes by now. */
  merges = 0;
  private group = 1;
  private starts: Float64Array;
  private recordCounts: Int32Array;
  private kinds: Int32Array;
  private ids: (string | null)[] | null = [];
  private facts: FactColumns | null;

  constructor(private readonly limit: number) {
    const capacity = Math.min(limit, 64);
    this.starts = new Float64Array(capacity);
    this.recordCounts = new Int32Array(capacity);
    this.kinds = new Int32Array(capacity * KINDS);
    this.facts = new FactColumns(capacity);
  }

  /** Adds a record; returns its row. */
  add(start: number, id: string | null): number {
    this.records += 1;
    const last = this.count - 1;
    if (last >= 0 && this.recordCounts[last]! < this.group) {
      this.recordCounts[last]! += 1;
      return last;
    }
    if (this.count === this.limit) this.merge();
    if (this.count === this.starts.length) this.grow();
    const row = this.count;
    this.starts[row] = start;
    this.recordCounts[row] = 1;
    this.kinds.fill(0, row * KINDS, (row + 1) * KINDS);
    this.ids?.push(id);
    this.count += 1;
    return row;
  }

  /** Adds to the last record; returns its row. */
  goOn(id: string | null): number {
    const row = this.count - 1;
    if (this.ids) this.ids[row] ??= id;
    return row;
  }

  countKind(row: number, kind: number, by: number): void {
    this.kinds[row * KINDS + kind]! += by;
  }

  setFacts({ row, epoch }: RowThen, facts: Facts): void {
    if (epoch === this.merges) this.facts?.set(row, facts);
  }

  /** What the log says of a record, as long as each row is one record. */
  factsOf(row: number): Facts | null {
    return this.facts?.at(row) ?? null;
  }

  start(row: number): number {
    return this.starts[row]!;
  }

  recordsIn(row: number): number {
    return this.recordCounts[row]!;
  }

  kindCounts(row: number): Record<SpanKind, number> {
    const counts = SPAN_KINDS.map((kind, i) => [kind, this.kinds[row * KINDS + i]!] as const);
    return Object.fromEntries(counts) as Record<SpanKind, number>;
  }

  spansIn(row: number): number {
    let sum = 0;
    for (let k = 0; k < KINDS; k += 1) sum += this.kinds[row * KINDS + k]!;
    return sum;
  }

  /** A record's id, as long as each row is one record. */
  id(row: number): string | null {
    return this.ids?.[row] ?? null;
  }

  /** The row of a record, the number of the row's first record, and whether each row is one. */
  find(record: number): { row: number; first: number; alone: boolean } | null {
    if (record < 0 || record >= this.records) return null;
    if (this.merges === 0) return { row: record, first: record, alone: true };
    let first = 0;
    for (let row = 0; row < this.count; row += 1) {
      const next = first + this.recordCounts[row]!;
      if (record < next) return { row, first, alone: false };
      first = next;
    }
    return null;
  }

  /** Where a row is now that was given out when `merges` stood at `epoch`. */
  rowNow({ row, epoch }: RowThen): number {
    return row >> (this.merges - epoch);
  }

  private merge(): void {
    const half = this.count >> 1;
    for (let row = 0; row < half; row += 1) {
      this.starts[row] = this.starts[2 * row]!;
      this.recordCounts[row] = this.recordCounts[2 * row]! + this.recordCounts[2 * row + 1]!;
      for (let k = 0; k < KINDS; k += 1) {
        const sum = this.kinds[2 * row * KINDS + k]! + this.kinds[(2 * row + 1) * KINDS + k]!;
        this.kinds[row * KINDS + k] = sum;
      }
    }
    this.count = half;
    this.group *= 2;
    this.merges += 1;
    this.ids = null;
    this.facts = null;
  }

  private grow(): void {
    const capacity = Math.min(this.limit, this.starts.length * 2);
    const copy = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.starts = copy(this.starts, new Float64Array(capacity));
    this.recordCounts = copy(this.recordCounts, new Int32Array(capacity));
    this.kinds = copy(this.kinds, new Int32Array(capacity * KINDS));
  }
}
