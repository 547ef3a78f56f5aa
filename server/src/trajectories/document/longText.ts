import type { Position, Range } from 'vscode-languageserver';
import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { LineMap } from './lineMap.ts';

/** Lines up to here are found without those behind it. */
const HEAD = 1 << 20;

/** A text as one string; what lies near its beginning is found without counting all its lines. */
export class LongText {
  private headLines: LineMap | null = null;

  constructor(private readonly document: TextDocument) {}

  get length(): number {
    return this.getText().length;
  }

  get lineCount(): number {
    return this.document.lineCount;
  }

  getText(range?: Range): string {
    return this.document.getText(range);
  }

  positionAt(offset: number): Position {
    return this.document.positionAt(offset);
  }

  offsetAt(position: Position): number {
    return this.offsetInHead(position) ?? this.document.offsetAt(position);
  }

  /** Counts all lines, as `update` does after it. */
  offsetsOf({ start, end }: Range): { start: number; end: number } {
    return { start: this.document.offsetAt(start), end: this.document.offsetAt(end) };
  }

  update(change: TextDocumentContentChangeEvent, version: number): void {
    this.headLines = null;
    TextDocument.update(this.document, [change], version);
  }

  private offsetInHead(position: Position): number | null {
    if (this.length <= HEAD) return null;
    this.headLines ??= new LineMap(this.getText().slice(0, HEAD), 0);
    // The last line may be cut.
    return position.line < this.headLines.starts.length - 1
      ? this.headLines.offsetAt(position)
      : null;
  }
}
