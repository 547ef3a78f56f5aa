/**
 * Walks the lines of a text: LF, CRLF and lone CR all end one. `start` and `end` are the current
 * line's, without its line end; `next` is where the one after begins.
 */
export class Lines {
  start = 0;
  end = 0;
  next: number;
  private nextFeed = -1;
  private nextReturn = -1;

  constructor(
    readonly text: string,
    from = 0,
    readonly limit = text.length,
  ) {
    this.next = from;
  }

  advance(): boolean {
    const { text, next, limit } = this;
    if (next >= limit) return false;
    if (this.nextFeed < next) this.nextFeed = find(text, '\n', next);
    if (this.nextReturn < next) this.nextReturn = find(text, '\r', next);
    this.start = next;
    const end = Math.min(this.nextFeed, this.nextReturn, limit);
    this.end = end;
    this.next = end === this.nextReturn && this.nextFeed === end + 1 ? end + 2 : end + 1;
    return true;
  }
}

function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? Infinity : at;
}
