import type { Range } from '@deepcoder/vocabulary';
import { Finder } from './finder.ts';

/** A fenced block of Markdown: `start` to `end` with its fence lines, the content between them. */
export interface Fence extends Range {
  /** What stands behind the opening fence, mostly a language. */
  info: string;
  content: Range;
}

/** It begins a line, or stands directly behind a tag. */
const OPENING =
  /(?:^[^\S\n\r]{0,8}(?:[-*>] )?|(?<=[>▷\]]))(`{3,16}|~{3,16})[ \t]*([^\s`][^\n\r`]*)?$/gm;

/** Behind a label, on its line. */
const BEHIND = /[ \t]*(`{3,16}|~{3,16})[ \t]*(?:[^\s`][^\n\r`]*)?$/my;

/** Finds fenced blocks. A fence that nothing closes is none, so that it does not take all that follows. */
export class Fences {
  private readonly openings: Finder;
  private readonly closings = new Map<string, Finder>();
  /** Most texts have none, which is told much faster than by looking at every line. */
  readonly hasAny: boolean;

  constructor(private readonly text: string) {
    this.openings = new Finder(text, OPENING);
    this.hasAny = text.includes('```') || text.includes('~~~');
  }

  /**
   * The first block that opens at or after `from`, but before `before`, and is closed before `limit`: who
   * asks again from further on does not look at the same openings twice.
   */
  next(from: number, limit: number, before = limit): Fence | null {
    if (!this.hasAny) return null;
    for (let at = from; ;) {
      const opening = this.openings.next(at, limit);
      if (!opening || opening.start >= before) return null;
      const closing = this.closing(opening.groups[1]!).next(opening.end, limit);
      if (closing) {
        const info = (opening.groups[2] ?? '').trim();
        const content = { start: opening.end, end: closing.start };
        return { start: opening.start, end: closing.end, info, content };
      }
      at = opening.end;
    }
  }

  /** Where the block ends that opens directly behind a label's end; the label's end where none does. */
  endBehind(label: number): number {
    if (!this.hasAny) return label;
    BEHIND.lastIndex = label;
    const opening = BEHIND.exec(this.text);
    if (!opening) return label;
    return this.closing(opening[1]!).next(BEHIND.lastIndex)?.end ?? label;
  }

  private closing(fence: string): Finder {
    const known = this.closings.get(fence);
    if (known) return known;
    // A tag or a mark of the template may follow on the line.
    const pattern = new RegExp(
      `^[^\\S\\n\\r]{0,8}${fence[0]!}{${fence.length},}(?=[^\\S\\n\\r]*(?:$|<))`,
      'gm',
    );
    const finder = new Finder(this.text, pattern);
    this.closings.set(fence, finder);
    return finder;
  }
}
