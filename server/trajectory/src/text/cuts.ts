/** Stretches that a text leaves out of another one; offsets go both ways. */
export class Cuts {
  /** By cut: where it stands in the plain text, and its ends in the raw one. */
  private readonly plain: number[] = [];
  private readonly before: number[] = [];
  private readonly after: number[] = [];

  /** In the order of the text; cuts that follow each other are one. */
  add(cut: { plain: number; before: number; after: number }): void {
    const last = this.plain.length - 1;
    if (last >= 0 && this.plain[last] === cut.plain) {
      this.after[last] = cut.after;
      return;
    }
    this.plain.push(cut.plain);
    this.before.push(cut.before);
    this.after.push(cut.after);
  }

  /** Where what follows an offset of the plain text begins in the raw one. */
  rawStart(offset: number): number {
    const i = lastAt(this.plain, (at) => at <= offset);
    return i < 0 ? offset : this.after[i]! + (offset - this.plain[i]!);
  }

  /** Where what comes before an offset of the plain text ends in the raw one. */
  rawEnd(offset: number): number {
    const i = lastAt(this.plain, (at) => at < offset);
    return i < 0 ? offset : this.after[i]! + (offset - this.plain[i]!);
  }

  /** An offset within a cut goes to where the cut stands. */
  toPlain(offset: number): number {
    const i = lastAt(this.before, (at) => at <= offset);
    return i < 0 ? offset : this.plain[i]! + Math.max(0, offset - this.after[i]!);
  }
}

/** The last one of a sorted list that is so, as all before it. */
function lastAt(sorted: readonly number[], is: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
