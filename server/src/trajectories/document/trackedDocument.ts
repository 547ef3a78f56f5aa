import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  editFileInPart,
  Interrupted,
  lineCount,
  NOT_A_TRAJECTORY,
  offsetAt,
  positionAt,
  textBetween,
  textOf,
  trackFile,
  type Annotation,
  type ParseOptions,
  type TextEdit,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { Position, Range } from 'vscode-languageserver';
import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import type { LabelRules } from '@deepcoder/vocabulary';
import { NO_FORMAT } from '../formats/formats.ts';
import { HandAnnotations } from './handAnnotations.ts';
import { LongText } from './longText.ts';

/** How long a text may be that is no trajectory and is still asked after each edit whether it is one now. */
const RETRY_CHARACTERS = 1 << 20;

/** What is read beyond what was asked for: the turn goes on, and its end tells the kinds in it. */
const AHEAD = 1 << 17;
const STEP = 2 * AHEAD;

/** Behind the end of every line. */
const END = 2 ** 31 - 1;

/** How far a document has been read: an edit or another choice of format leads back to the text. */
type Held = Text | Other | Beginning | Tracked;

/** Nobody has looked at it. */
interface Text {
  kind: 'text';
  text: LongText;
}

/** It is no trajectory; `begun`: a file of our language that is being written. */
interface Other {
  kind: 'other';
  text: LongText;
  begun: TrackedFile | null;
}

/** It is one up to `end`, as far as was asked for. */
interface Beginning {
  kind: 'beginning';
  text: LongText;
  file: TrackedFile;
  end: number;
}

/** It is one; its text is nowhere else. */
interface Tracked {
  kind: 'tracked';
  file: TrackedFile;
}

/**
 * A document that may be a trajectory. A trajectory's text is held in the blocks that its parser reads it
 * in: an edit costs what it touches, however long the text. Until it is first read it is only a text.
 */
export class TrackedDocument implements TextDocument {
  version: number;
  private held: Held;
  /** What somebody chose by hand. */
  private byHand: ParseOptions | null = null;
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
    this.held = this.unread(opened.text);
  }

  /** The file by blocks, read as a whole if it was not yet; null where it is no trajectory. */
  readFile(): TrackedFile | null {
    const { held } = this;
    if (held.kind === 'tracked') return held.file;
    if (this.isRuledOut()) return null;
    if (held.kind === 'other') return this.readBegun(held);
    const file = trackFile(held.text.getText(), this.options());
    if (file.verdict.format !== NOT_A_TRAJECTORY) {
      this.held = { kind: 'tracked', file };
      return file;
    }
    const other: Other = { kind: 'other', text: held.text, begun: null };
    this.held = other;
    return this.readBegun(other);
  }

  /** A file of our language that shows no format yet is being written: labelled text, until it does. */
  private readBegun(other: Other): TrackedFile | null {
    if (this.languageId !== 'trajectory-text') return null;
    if (!other.begun) {
      const options = { ...this.options(), format: 'react_text' };
      const file = trackFile(other.text.getText(), options);
      const verdict = { ...file.verdict, reason: 'the language that the file has in the editor' };
      other.begun = { ...file, verdict };
    }
    return other.begun;
  }

  /**
   * As much of the file as is needed up to an offset, where it has not been read as a whole: the first
   * screen of a long one need not wait for the rest.
   */
  readUpTo(offset: number): TrackedFile | null {
    const { held } = this;
    if (held.kind === 'tracked' || held.kind === 'other' || this.isRuledOut()) {
      return this.readFile();
    }
    const text = held.text.getText();
    // In steps, so that the first screen is not read again for a little more of it.
    const least = Math.ceil((offset + AHEAD) / STEP) * STEP;
    const end = text.indexOf('\n', least) + 1;
    if (end === 0 || end > text.length / 2) return this.readFile();
    if (held.kind === 'beginning' && held.end >= end) return held.file;
    const file = trackFile(text.slice(0, end), this.options());
    // What is one value over many lines, or is not known, shows only as a whole.
    if (file.cut === 'whole') return this.readFile();
    this.held = { kind: 'beginning', text: held.text, file, end };
    return file;
  }

  /** Whether it is one, from its beginning where that shows it. */
  isTrajectory(): boolean {
    return this.readUpTo(0) !== null;
  }

  private options(): ParseOptions {
    return this.byHand ? { ...this.byHand, fileName: this.given.fileName ?? '' } : this.given;
  }

  /** What its labels mean, where somebody says so. */
  get rules(): LabelRules | null {
    return this.options().rules ?? null;
  }

  private isRuledOut(): boolean {
    return this.options().format === NO_FORMAT;
  }

  /** Reads it so, whatever the settings say; null: as they say. */
  overrule(byHand: ParseOptions | null): void {
    this.byHand = byHand;
    this.held = this.unread(this.getText());
  }

  /** Reads it as the settings say by now; returns whether that is another way. */
  configure(given: ParseOptions): boolean {
    if (isDeepStrictEqual(given, this.given)) return false;
    this.given = given;
    if (this.byHand) return false;
    this.held = this.unread(this.getText());
    return true;
  }

  edit(changes: TextDocumentContentChangeEvent[], version: number): void {
    this.version = version;
    for (const change of changes) this.editOnce(change);
  }

  private editOnce(change: TextDocumentContentChangeEvent): void {
    const { held } = this;
    if (!('range' in change)) {
      this.moveAnnotations({ start: 0, end: this.length, newText: change.text });
      this.held = this.unread(change.text);
    } else if (held.kind === 'tracked') {
      this.editTracked(held, change);
    } else {
      const { text } = held;
      this.moveAnnotations({ ...text.offsetsOf(change.range), newText: change.text });
      text.update(change, this.version);
      const isOther = held.kind === 'other' && text.length > RETRY_CHARACTERS;
      this.held = isOther ? { kind: 'other', text, begun: null } : { kind: 'text', text };
    }
  }

  private editTracked({ file }: Tracked, { range, text }: { range: Range; text: string }): void {
    const a = this.offsetAt(range.start);
    const b = this.offsetAt(range.end);
    const edit = { start: Math.min(a, b), end: Math.max(a, b), newText: text };
    this.moveAnnotations(edit);
    const edited = editedInPart(file, edit);
    this.held = edited
      ? { kind: 'tracked', file: edited }
      : this.unread(applyEdits(textOf(file), [edit]));
  }

  private unread(text: string): Text {
    const document = TextDocument.create(this.uri, this.languageId, this.version, text);
    return { kind: 'text', text: new LongText(document) };
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
    const { held } = this;
    return held.kind === 'tracked'
      ? textBetween(held.file, { start, end })
      : held.text.getText().slice(start, end);
  }

  /** UTF-16 units. */
  get length(): number {
    const { held } = this;
    if (held.kind !== 'tracked') return held.text.length;
    return held.file.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get lineCount(): number {
    const { held } = this;
    return held.kind === 'tracked' ? lineCount(held.file) : held.text.lineCount;
  }

  getText(range?: Range): string {
    const { held } = this;
    if (held.kind !== 'tracked') return held.text.getText(range);
    if (!range) return textOf(held.file);
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
    const { held } = this;
    return held.kind === 'tracked' ? positionAt(held.file, offset) : held.text.positionAt(offset);
  }

  offsetAt(position: Position): number {
    const { held } = this;
    return held.kind === 'tracked' ? offsetAt(held.file, position) : held.text.offsetAt(position);
  }
}

/** Null where the whole is to be read, which waits until somebody asks for it. */
function editedInPart(file: TrackedFile, edit: TextEdit): TrackedFile | null {
  try {
    return editFileInPart(file, edit);
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  }
}
