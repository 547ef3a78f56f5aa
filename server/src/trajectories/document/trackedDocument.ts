import { isDeepStrictEqual } from 'node:util';
import {
  editFile,
  lineCount,
  NOT_A_TRAJECTORY,
  offsetAt,
  positionAt,
  textBetween,
  textOf,
  trackFile,
  type Annotation,
  type LabelRules,
  type ParseOptions,
  type TextEdit,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { Position, Range } from 'vscode-languageserver';
import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { LineMap } from './lineMap.ts';
import { NO_FORMAT } from '../formats/formats.ts';
import { HandAnnotations } from './handAnnotations.ts';

/** How long a text may be that is no trajectory and is still asked after each edit whether it is one now. */
const RETRY_CHARACTERS = 1 << 20;

/** What is read beyond what was asked for: the turn goes on, and its end tells the kinds in it. */
const AHEAD = 1 << 17;
const STEP = 2 * AHEAD;

/** Lines up to here are found without those behind it. */
const HEAD = 1 << 20;

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
  /** What somebody chose by hand. */
  private byHand: ParseOptions | null = null;
  private beginning: TrackedFile | null = null;
  private head: { file: TrackedFile; end: number } | null = null;
  private headLines: LineMap | null = null;
  private readonly annotations = new HandAnnotations();
  /** Grows when the annotations change. */
  annotationVersion = 0;

  constructor(
    readonly uri: string,
    readonly languageId: string,
    opened: { version: number; text: string },
    private given: ParseOptions,
  ) {
    this.version = opened.version;
    this.text = TextDocument.create(uri, languageId, opened.version, opened.text);
  }

  private get options(): ParseOptions {
    return this.byHand ? { ...this.byHand, fileName: this.given.fileName ?? '' } : this.given;
  }

  /** What its labels mean, where somebody says so. */
  get rules(): LabelRules | null {
    return this.options.rules ?? null;
  }

  private get isRuledOut(): boolean {
    return this.options.format === NO_FORMAT;
  }

  /** The file by blocks, null where it is no trajectory. */
  get file(): TrackedFile | null {
    if (this.tracked || this.isRuledOut || !this.text) return this.tracked;
    if (this.isOther) return this.begun();
    const tracked = trackFile(this.text.getText(), this.options);
    if (tracked.verdict.format === NOT_A_TRAJECTORY) {
      this.isOther = true;
      return this.begun();
    }
    this.tracked = tracked;
    this.text = null;
    this.head = null;
    this.headLines = null;
    return tracked;
  }

  /** A file of our language that shows no format yet is being written: labelled text, until it does. */
  private begun(): TrackedFile | null {
    if (this.languageId !== 'trajectory-text' || !this.text) return null;
    const options = { ...this.options, format: 'react_text' };
    if (!this.beginning) {
      const file = trackFile(this.text.getText(), options);
      const verdict = { ...file.verdict, reason: 'the language that the file has in the editor' };
      this.beginning = { ...file, verdict };
    }
    return this.beginning;
  }

  /**
   * As much of the file as is needed up to an offset, where it has not been looked at as a whole: the
   * first screen of a long one need not wait for the rest.
   */
  fileUpTo(offset: number): TrackedFile | null {
    if (this.tracked || this.isOther || this.isRuledOut || !this.text) return this.file;
    const text = this.text.getText();
    // In steps, so that the first screen is not read again for a little more of it.
    const least = Math.ceil((offset + AHEAD) / STEP) * STEP;
    const end = text.indexOf('\n', least) + 1;
    if (end === 0 || end > text.length / 2) return this.file;
    if (this.head && this.head.end >= end) return this.head.file;
    const file = trackFile(text.slice(0, end), this.options);
    // What is one value over many lines, or is not known, shows only as a whole.
    if (file.cut === 'whole') return this.file;
    this.head = { file, end };
    return file;
  }

  /** Whether it is one, from its beginning where that shows it. */
  get isTrajectory(): boolean {
    return this.fileUpTo(0) !== null;
  }

  /** Reads it so, whatever the settings say; null: as they say. */
  overrule(byHand: ParseOptions | null): void {
    this.byHand = byHand;
    this.hold(this.getText());
  }

  /** Reads it as the settings say by now; returns whether that is another way. */
  configure(given: ParseOptions): boolean {
    if (isDeepStrictEqual(given, this.given)) return false;
    this.given = given;
    if (this.byHand) return false;
    this.hold(this.getText());
    return true;
  }

  edit(changes: TextDocumentContentChangeEvent[], version: number): void {
    this.version = version;
    for (const change of changes) this.editOnce(change);
  }

  /** Hand annotations in the order of the text, as edits have moved them. */
  get handAnnotations(): readonly Annotation[] {
    return this.annotations.all;
  }

  annotate(annotations: readonly Annotation[]): void {
    this.annotations.set(annotations);
    this.annotationVersion += 1;
  }

  hasAnnotationsIn(start: number, end: number): boolean {
    return this.handAnnotations.some((one) => one.start < end && one.end > start);
  }

  /** Those that overlap a stretch, with offsets from its start. */
  annotationsIn(start: number, end: number): Annotation[] {
    return this.handAnnotations
      .filter((one) => one.start < end && one.end > start)
      .map((one) => ({ ...one, start: one.start - start, end: one.end - start }));
  }

  private moveAnnotations(edit: TextEdit): void {
    if (this.handAnnotations.length === 0) return;
    this.annotations.edit(edit, (start, end) => this.textBetween(start, end));
    this.annotationVersion += 1;
  }

  private textBetween(start: number, end: number): string {
    return this.text
      ? this.text.getText().slice(start, end)
      : textBetween(this.tracked!, { start, end });
  }

  private editOnce(change: TextDocumentContentChangeEvent): void {
    if (!('range' in change)) {
      this.moveAnnotations({ start: 0, end: this.length, newText: change.text });
      this.hold(change.text);
      return;
    }
    if (this.text) {
      this.head = null;
      this.beginning = null;
      this.headLines = null;
      const start = this.text.offsetAt(change.range.start);
      const end = this.text.offsetAt(change.range.end);
      this.moveAnnotations({ start, end, newText: change.text });
      this.text = TextDocument.update(this.text, [change], this.version);
      if (this.lengthHint() <= RETRY_CHARACTERS) this.isOther = false;
      return;
    }
    const a = this.offsetAt(change.range.start);
    const b = this.offsetAt(change.range.end);
    const edit = { start: Math.min(a, b), end: Math.max(a, b), newText: change.text };
    this.moveAnnotations(edit);
    const edited = editFile(this.tracked!, [edit]);
    if (edited.verdict.format === NOT_A_TRAJECTORY) this.hold(textOf(edited));
    else this.tracked = edited;
  }

  private hold(text: string): void {
    this.text = TextDocument.create(this.uri, this.languageId, this.version, text);
    this.tracked = null;
    this.head = null;
    this.headLines = null;
    this.beginning = null;
    this.isOther = false;
  }

  private lengthHint(): number {
    return this.text?.getText().length ?? 0;
  }

  /** UTF-16 units. */
  get length(): number {
    if (this.text) return this.lengthHint();
    return this.tracked!.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get lineCount(): number {
    return this.text ? this.text.lineCount : lineCount(this.tracked!);
  }

  getText(range?: Range): string {
    if (this.text) return this.text.getText(range);
    if (!range) return textOf(this.tracked!);
    return this.textBetween(this.offsetAt(range.start), this.offsetAt(range.end));
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
    if (!this.text) return offsetAt(this.tracked!, position);
    return this.offsetInHead(position) ?? this.text.offsetAt(position);
  }

  /** Near the beginning: to count the lines of the whole takes as long as to read the first screen. */
  private offsetInHead(position: Position): number | null {
    if (this.lengthHint() <= HEAD) return null;
    this.headLines ??= new LineMap(this.text!.getText().slice(0, HEAD), 0);
    // The last line may be cut.
    return position.line < this.headLines.starts.length - 1
      ? this.headLines.offsetAt(position)
      : null;
  }
}
