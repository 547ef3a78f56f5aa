import { SPAN_KINDS, type SpanKind } from '@deepcoder/vocabulary';

export const KIND_CODE: Readonly<Record<SpanKind, number>> = Object.fromEntries(
  SPAN_KINDS.map((kind, code) => [kind, code]),
) as Record<SpanKind, number>;

/** Numbers a span on its way takes: start, end, kind, step, traj, escapes. */
const WIDTH = 6;

/**
 * Spans on their way, as numbers: a file has a hundred thousand, and objects would cost more than it. In a
 * list, since most builders write a handful and a typed array costs more than these.
 */
export class Marks {
  count = 0;
  private readonly cells: number[] = [];

  add(
    start: number,
    end: number,
    rest: { kind: number; step: number; traj: number; escapes: number },
  ): number {
    this.cells.push(start, end, rest.kind, rest.step, rest.traj, rest.escapes);
    this.count += 1;
    return this.count - 1;
  }

  start(mark: number): number {
    return this.cells[mark * WIDTH]!;
  }

  end(mark: number): number {
    return this.cells[mark * WIDTH + 1]!;
  }

  kind(mark: number): number {
    return this.cells[mark * WIDTH + 2]!;
  }

  setKind(mark: number, kind: number): void {
    this.cells[mark * WIDTH + 2] = kind;
  }

  step(mark: number): number {
    return this.cells[mark * WIDTH + 3]!;
  }

  traj(mark: number): number {
    return this.cells[mark * WIDTH + 4]!;
  }

  move(by: number): void {
    for (let at = 0; at < this.cells.length; at += WIDTH) {
      this.cells[at]! += by;
      this.cells[at + 1]! += by;
    }
  }

  escapes(mark: number): number {
    return this.cells[mark * WIDTH + 5]!;
  }
}

/**
 * The marks in the order of the text, without those that overlap an earlier one (a reader that writes
 * both has a bug). `rank[mark]` is a mark's place there, -1 for those left out.
 */
export function order(marks: Marks): { sorted: Int32Array; rank: Int32Array } {
  const sorted = sortByStart(marks);
  const rank = new Int32Array(marks.count).fill(-1);
  let kept = 0;
  let end = 0;
  for (const mark of sorted) {
    if (marks.start(mark) < end) continue;
    end = marks.end(mark);
    sorted[kept] = mark;
    rank[mark] = kept;
    kept += 1;
  }
  return { sorted: sorted.subarray(0, kept), rank };
}

/** Most readers write nearly in order: insertion is linear then, and gives up where it would not be. */
function sortByStart(marks: Marks): Int32Array {
  const sorted = new Int32Array(marks.count);
  let budget = 16 * marks.count;
  for (let i = 0; i < marks.count; i += 1) {
    const start = marks.start(i);
    let at = i;
    while (at > 0 && marks.start(sorted[at - 1]!) > start) {
      sorted[at] = sorted[at - 1]!;
      at -= 1;
      budget -= 1;
    }
    sorted[at] = i;
    if (budget < 0) return fullSort(marks);
  }
  return sorted;
}

function fullSort(marks: Marks): Int32Array {
  const sorted = Int32Array.from({ length: marks.count }, (_, i) => i);
  return sorted.sort((a, b) => marks.start(a) - marks.start(b) || a - b);
}
