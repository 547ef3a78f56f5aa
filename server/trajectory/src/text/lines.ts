import { checkInterruption } from './interruption.ts';

/**
 * Walks the lines of a stretch of text: LF, CRLF and lone CR all end one. `start` and `end` are the
 * current line's, without its line end; `next` is where the one after begins. Searches stay inside the
 * stretch, so that walking many short ones in a long text stays linear.
 */
export class Lines {
  start = 0;
  end = 0;
  next: number;
  private readonly own: string;
  private readonly base: number;
  private nextFeed = -1;
  private nextReturn = -1;

  constructor(
    readonly text: string,
    from = 0,
    readonly limit = text.length,
  ) {
    this.next = from;
    this.base = from;
    this.own = from === 0 && limit === text.length ? text : text.slice(from, limit);
  }

  advance(): boolean {
    checkInterruption();
    const { next, limit } = this;
    if (next >= limit) return false;
    if (this.nextFeed < next) this.nextFeed = this.find('\n', next);
    if (this.nextReturn < next) this.nextReturn = this.find('\r', next);
    this.start = next;
    const end = Math.min(this.nextFeed, this.nextReturn, limit);
    this.end = end;
    this.next = end === this.nextReturn && this.nextFeed === end + 1 ? end + 2 : end + 1;
    return true;
  }

  private find(what: string, from: number): number {
    const at = this.own.indexOf(what, from - this.base);
    return at < 0 ? Infinity : at + this.base;
  }
}
