import type { Range } from '@deepcoder/vocabulary';
import type { Fences } from '../../text/fences.ts';
import type { Mark } from './agentMarks.ts';

/** A tag of thinking, with the place in the list of the one that closes it. */
interface ThinkTag {
  mark: Mark;
  closedBy: number;
  matched: boolean;
}

/** The content of a thought without the tags of thoughts inside it, and its closing tag. */
export interface Thought {
  pieces: Range[];
  tags: Range[];
  close: Range;
}

/** Pairs the tags of thinking in a stretch of text, in one walk; those in fenced code are text. */
export class ThinkTags {
  private readonly tags: ThinkTag[] = [];
  private readonly byStart = new Map<number, number>();

  constructor(next: (from: number, limit: number) => Mark | null, { start, end }: Range) {
    const open = new Map<string, number[]>();
    for (let mark = next(start, end); mark; mark = next(mark.end, end)) {
      const stack = open.get(mark.name) ?? [];
      open.set(mark.name, stack);
      const at = this.tags.length;
      const opener = mark.closing ? stack.pop() : undefined;
      this.tags.push({ mark, closedBy: -1, matched: opener !== undefined });
      this.byStart.set(mark.start, at);
      if (opener !== undefined) {
        this.tags[opener]!.closedBy = at;
        this.tags[opener]!.matched = true;
      } else if (!mark.closing) stack.push(at);
    }
  }

  thought({ start, end }: Mark): Thought | null {
    const at = this.byStart.get(start);
    const closedBy = at === undefined ? -1 : this.tags[at]!.closedBy;
    if (at === undefined || closedBy < 0) return null;
    const close = this.tags[closedBy]!.mark;
    const tags = this.tags.slice(at + 1, closedBy).filter((tag) => tag.matched);
    const pieces: Range[] = [];
    let from = end;
    for (const { mark } of tags) {
      pieces.push({ start: from, end: mark.start });
      from = mark.end;
    }
    pieces.push({ start: from, end: close.start });
    return { pieces, tags: tags.map((tag) => tag.mark), close };
  }
}

/** Whether a place lies in a fenced block or in inline code. */
function isInlineCode(text: string, { start, end }: Range): boolean {
  return text[start - 1] === '`' && text[end] === '`';
}

/** The next mark outside of fenced code; fences that `isCall` are given as they are. */
export function outsideFences(
  fences: Fences,
  text: string,
  next: (from: number, limit: number) => Mark | null,
): (from: number, limit: number) => Mark | null {
  return (start, limit) => {
    let from = start;
    for (let mark = next(from, limit); mark; mark = next(from, limit)) {
      const fence = fences.next(from, limit, mark.start);
      if (fence && fence.end > mark.start) from = fence.end;
      else if (fence) from = Math.min(fence.end, mark.start);
      else if (isInlineCode(text, mark)) from = mark.end;
      else return mark;
    }
    return null;
  };
}
