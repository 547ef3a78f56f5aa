export interface Found {
  start: number;
  end: number;
  groups: readonly (string | undefined)[];
}

/**
 * Finds a pattern at or after an offset. It remembers the last find, so that asking again and again
 * from a bit further on stays linear even where the next one is far away, or nowhere.
 */
export class Finder {
  private from = -1;
  private found: Found | null = null;

  /** `pattern` has the flag g. Finders may share it: its state is set before each use. */
  constructor(
    private readonly text: string,
    private readonly pattern: RegExp,
  ) {}

  next(from: number, limit = this.text.length): Found | null {
    const known = this.from >= 0 && from >= this.from && from <= (this.found?.start ?? Infinity);
    if (!known) this.search(from);
    return this.found && this.found.end <= limit ? this.found : null;
  }

  private search(from: number): void {
    this.pattern.lastIndex = from;
    const match = this.pattern.exec(this.text);
    this.from = from;
    this.found = match && { start: match.index, end: this.pattern.lastIndex, groups: match };
  }
}
