import {
  editFile,
  lineCount,
  NOT_A_TRAJECTORY,
  offsetAt,
  positionAt,
  textOf,
  trackFile,
  type ParseOptions,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { Position, Range } from 'vscode-languageserver';
import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';

/** How long a text may be that is no trajectory and is still asked after each edit whether it is one now. */
const RETRY_CHARACTERS = 1 << 20;

/** Behind the end of every line. */
const END = 2 ** 31 - 1;

/**
 * A document that may be a trajectory. A trajectory's text is held in the blocks that its parser reads it
 * in: an edit costs what it touches, however long the text. Until it is first looked at it is only a text.
 */
export class TrackedDocument implements TextDocument {
  version: number;
  private text: TextDocument | null;
  private tracked: TrackedFile | null = null;
  /** Of the text as it stands it is known that it is no trajectory. */
  private isOther = false;

  constructor(
    readonly uri: string,
    readonly languageId: string,
    opened: { version: number; text: string },
    private options: ParseOptions,
  ) {
    this.version = opened.version;
    this.text = TextDocument.create(uri, languageId, opened.version, opened.text);
  }

  /** The file by blocks, null where it is no trajectory. */
  get file(): TrackedFile | null {
    if (this.tracked || this.isOther || !this.text) return this.tracked;
    const tracked = trackFile(this.text.getText(), this.options);
    if (tracked.verdict.format === NOT_A_TRAJECTORY) this.isOther = true;
    else {
      this.tracked = tracked;
      this.text = null;
    }
    return this.tracked;
  }

  /** Reads it as another format, or detects it anew. */
  reread(options: ParseOptions): void {
    const text = this.getText();
    this.options = options;
    this.hold(text);
  }

  edit(changes: TextDocumentContentChangeEvent[], version: number): void {
    this.version = version;
    for (const change of changes) this.editOnce(change);
  }

  private editOnce(change: TextDocumentContentChangeEvent): void {
    if (!('range' in change)) {
      this.hold(change.text);
      return;
    }
    if (this.text) {
      this.text = TextDocument.update(this.text, [change], this.version);
      if (this.lengthHint() <= RETRY_CHARACTERS) this.isOther = false;
      return;
    }
    const a = this.offsetAt(change.range.start);
    const b = this.offsetAt(change.range.end);
    const edit = { start: Math.min(a, b), end: Math.max(a, b), newText: change.text };
    const edited = editFile(this.tracked!, [edit]);
    if (edited.verdict.format === NOT_A_TRAJECTORY) this.hold(textOf(edited));
    else this.tracked = edited;
  }

  private hold(text: string): void {
    this.text = TextDocument.create(this.uri, this.languageId, this.version, text);
    this.tracked = null;
    this.isOther = false;
  }

  private lengthHint(): number {
    return this.text?.getText().length ?? 0;
  }

  get lineCount(): number {
    return this.text ? this.text.lineCount : lineCount(this.tracked!);
  }

  getText(range?: Range): string {
    if (this.text) return this.text.getText(range);
    const text = textOf(this.tracked!);
    return range ? text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : text;
  }

  getLineRange(line: number): Range {
    const last = this.lineCount - 1;
    const own = Math.max(0, Math.min(line, last));
    const end = this.positionAt(this.offsetAt({ line: own, character: line < 0 ? 0 : END }));
    return { start: { line: own, character: 0 }, end };
  }

  getEOLCharacters(line: number): string {
    if (line < 0 || line >= this.lineCount) return '';
    const { end } = this.getLineRange(line);
    return this.getText({ start: end, end: { line: line + 1, character: 0 } });
  }

  positionAt(offset: number): Position {
    return this.text ? this.text.positionAt(offset) : positionAt(this.tracked!, offset);
  }

  offsetAt(position: Position): number {
    return this.text ? this.text.offsetAt(position) : offsetAt(this.tracked!, position);
  }
}
