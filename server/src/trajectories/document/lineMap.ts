import type { Position } from 'vscode-languageserver';

/** Lines of a text that begins a line of a document, the `first`. */
export class LineMap {
  private found: number[] | null = null;

  constructor(
    private readonly text: string,
    readonly first: number,
  ) {}

  /** Where each line begins. */
  get starts(): readonly number[] {
    this.found ??= lineStarts(this.text);
    return this.found;
  }

  positionAt(offset: number): Position {
    const { starts } = this;
    const at = Math.max(0, Math.min(offset, this.text.length));
    const line = lastAtMost(starts, at);
    return { line: this.first + line, character: at - starts[line]! };
  }

  offsetAt({ line, character }: Position): number {
    const { starts, text } = this;
    const own = line - this.first;
    if (own < 0) return 0;
    if (own >= starts.length) return text.length;
    const start = starts[own]!;
    return start + Math.max(0, Math.min(character, this.lineEnd(own) - start));
  }

  /** The end of a line's text, by its number in this text. */
  lineEnd(line: number): number {
    const { text } = this;
    let end = this.starts[line + 1] ?? text.length;
    const start = this.starts[line]!;
    if (end > start && text[end - 1] === '\n') end -= 1;
    if (end > start && text[end - 1] === '\r') end -= 1;
    return end;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  let feed = text.indexOf('\n');
  let carriage = text.indexOf('\r');
  while (feed >= 0 || carriage >= 0) {
    let next: number;
    if (carriage < 0 || (feed >= 0 && feed < carriage)) next = feed + 1;
    else next = carriage + (feed === carriage + 1 ? 2 : 1);
    starts.push(next);
    if (feed >= 0 && feed < next) feed = text.indexOf('\n', next);
    if (carriage >= 0 && carriage < next) carriage = text.indexOf('\r', next);
  }
  return starts;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
