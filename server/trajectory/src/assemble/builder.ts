import type { Problem, Range, Severity, SpanKind } from '@deepcoder/vocabulary';
import type { FactSheet, FactSheets } from '../facts/factSheet.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { Slice, Source } from '../text/source.ts';
import { trimEnd, trimStart } from '../text/trim.ts';
import type { PictureSpan } from '../types.ts';
import { KIND_CODE, Marks } from './marks.ts';
import { movePicture } from './pictures.ts';
import type { FoundPicture, PlaceHolders } from './placeHolders.ts';
import { OP, OP_LENGTH, WORDLESS_USER, type ScriptString } from './script.ts';

const NONE = -1;
const NO_CALLS: readonly string[] = [];
const ONE_UNNAMED: readonly string[] = [''];
/** No agent makes more at a time; a text of one long turn must not make adding one slow. */
const MOST_OPEN_CALLS = 64;

/** What a builder that goes on where another stopped must know. */
export interface BuildState {
  isOpen: boolean;
  /** Something of the trajectory was said, or its first turn began. */
  hasMessage: boolean;
  step: number;
  turnKey: string | null;
  /** The open message is the agent's. */
  inTurn: boolean;
  hasTurn: boolean;
  hasTask: boolean;
  /** Names of the last turn's calls that have no result yet; blank for an action written as text. */
  openCalls: readonly string[];
}

/** Of a builder that went on: the part that belongs to the trajectory and turn of the one before. */
export interface Lead {
  /** How many marks and pictures there are before that trajectory was closed. */
  marks: number;
  pictures: number;
  /** Assistant text of that turn, once it is settled, and whether the turn acts here. */
  pending: number[];
  acts: boolean;
  settled: boolean;
  closedAt: number;
  id: string | null;
}

/** `ahead`: what the next turn looks at first. */
export interface ResultOf {
  callId?: string | null;
  name?: string | null;
  ahead?: boolean;
  isError?: boolean;
}

/** `json`: see `Call.json`. */
export interface NewCall {
  id?: string | null;
  name?: Slice | null;
  arguments?: Slice | null;
  json?: string | null;
}

export const FRESH: BuildState = {
  isOpen: false,
  hasMessage: false,
  step: 0,
  turnKey: null,
  inTurn: false,
  hasTurn: false,
  hasTask: false,
  openCalls: [],
};

/**
 * What readers write to, in the order of generation. It numbers turns and trajectories, trims, settles
 * whether assistant text was reasoning (its turn also calls) or answer, and keeps labels and problems.
 */
export class Builder {
  readonly marks = new Marks();
  readonly script: number[] = [];
  readonly strings: ScriptString[] = [];
  /** Start and end of each label. */
  readonly labels: number[] = [];
  readonly problems: Problem[] = [];
  readonly pictures: PictureSpan[] = [];
  /** Pictures that the open trajectory lists apart, for the placeholders in its texts. */
  placeHolders: PlaceHolders | null = null;
  /** Marks of messages that the file excludes from the loss. */
  readonly maskedMarks: number[] = [];
  /** Set by a reader around a message that the file excludes from the loss. */
  isMasked = false;
  /** What became of the trajectory and the turn that were going on at the beginning. */
  readonly lead: Lead = {
    marks: 0,
    pictures: 0,
    pending: [],
    acts: false,
    settled: false,
    closedAt: NONE,
    id: null,
  };
  /** Where what the log says of its trajectories is written; null: nobody wants it. */
  facts: FactSheets | null = null;
  /** Where a trajectory begins that its reader does not open. */
  beginsAt = 0;
  private state: BuildState;
  trajectories = 0;
  private trajectoryAt = NONE;
  private pending: number[] = [];
  private acting = false;
  private ahead = 0;

  constructor(state: BuildState = FRESH) {
    this.state = { ...state };
    this.lead.settled = !state.hasTurn;
  }

  /** For the builder that goes on: where this one stands, and the turn that is still to be settled. */
  get exit(): { state: BuildState; pending: number[]; acts: boolean } {
    return { state: this.state, pending: this.pending, acts: this.acting };
  }

  get isOpen(): boolean {
    return this.state.isOpen;
  }

  get currentStep(): number {
    return this.state.step;
  }

  get hasTask(): boolean {
    return this.state.hasTask;
  }

  /** The last turn acted, and no result has come. */
  get awaitsResult(): boolean {
    return this.state.openCalls.length > 0;
  }

  /** Whether a call of that name has no result yet. */
  isOpenCall(name: string): boolean {
    return name !== '' && this.state.openCalls.includes(name);
  }

  /** Opens the next trajectory at `start`; the one before ends there, or at its own `close`. */
  trajectory(start: number, id: string | null = null): void {
    this.close(start);
    this.state.isOpen = true;
    this.trajectoryAt = this.script.length;
    this.trajectories += 1;
    this.facts?.begin();
    this.script.push(OP.trajectory, start, start, this.string(id));
  }

  /** Ends the open trajectory at `end`. */
  close(end: number): void {
    if (!this.state.isOpen) return;
    this.settle();
    for (const one of this.placeHolders?.problems() ?? []) this.problems.push(one);
    this.placeHolders = null;
    if (this.trajectoryAt !== NONE) this.script[this.trajectoryAt + 2] = end;
    else {
      this.lead.closedAt = end;
      this.lead.marks = this.marks.count;
      this.lead.pictures = this.pictures.length;
    }
    this.state = { ...FRESH };
    this.ahead = 0;
  }

  nameTrajectory(id: string | null): void {
    if (id === null) return;
    if (this.trajectoryAt === NONE) {
      this.lead.id ??= id;
      return;
    }
    if (this.script[this.trajectoryAt + 3] === NONE) {
      this.script[this.trajectoryAt + 3] = this.string(id);
    }
  }

  /** Reads what a value says of the open trajectory, if anyone wants it. */
  about(node: JsonNode, read: (sheet: FactSheet, node: JsonNode) => void): void {
    if (this.facts) read(this.facts.sheet, node);
  }

  /** A message that is neither the agent's nor a result; pieces follow with `put`. */
  outer(kind: 'system' | 'task' | 'other', slice: Slice | null = null): void {
    this.open();
    this.ahead = 0;
    this.state.inTurn = false;
    if (kind === 'task') this.state.hasTask = true;
    this.script.push(OP.outer, kind === 'system' ? 0 : kind === 'task' ? 1 : 2);
    if (slice) this.put(kind, slice);
  }

  /** The user's turn where it has no text: nothing, or a picture. It parts the agent's turns all the same. */
  wordlessUser(): void {
    this.open();
    this.ahead = 0;
    this.state.inTurn = false;
    this.script.push(OP.outer, WORDLESS_USER);
  }

  /** Opens a turn; goes on with the current one if it was opened with the same key. */
  turn(key: string | null = null): void {
    this.open();
    this.ahead = 0;
    const { state } = this;
    if (key !== null && key === state.turnKey && state.hasTurn) {
      if (!state.inTurn) this.script.push(OP.resume);
      state.inTurn = true;
      return;
    }
    this.settle();
    state.step += 1;
    state.openCalls = NO_CALLS;
    state.turnKey = key;
    state.hasTurn = true;
    state.inTurn = true;
    this.script.push(OP.turn, state.step);
  }

  /** Goes on with the turn if nothing came since it was last written to; else opens the next. */
  run(): void {
    if (!this.state.inTurn) this.turn();
  }

  /**
   * A result of a call, or what the environment says unasked. `ahead`: what the next turn looks at
   * first; it counts to that turn.
   */
  result(of: ResultOf = {}): void {
    this.open();
    this.ahead = of.ahead ? 1 : 0;
    this.state.inTurn = false;
    this.answerCall(of.name ?? null);
    const [callId, name] = [this.string(of.callId ?? null), this.string(of.name ?? null)];
    this.script.push(OP.result, callId, name, of.isError ? 1 : 0);
  }

  /** The tool definitions of the open trajectory, as JSON text; the first ones count. */
  tools(definitions: ScriptString): void {
    this.open();
    this.script.push(OP.tools, this.string(definitions));
  }

  /** Adds a piece to the open message, trimmed; nothing if it is blank. */
  put(kind: SpanKind, slice: Slice | null): void {
    if (!this.pieces(kind, slice)) return;
    if (kind === 'action' || kind === 'answer') this.acting = true;
    if (kind === 'action') this.addOpenCall(null);
  }

  /** Assistant text, settled when the turn is complete. */
  say(slice: Slice | null): void {
    this.pieces('answer', slice, this.pending);
  }

  /** Adds a picture to the open message. */
  picture(kind: SpanKind, found: FoundPicture): void {
    if (!this.state.hasMessage) this.outer('other');
    const { step } = this.state;
    const { start, end, picture, problem } = found;
    const traj = this.trajectories - 1;
    this.script.push(OP.picture, this.pictures.length);
    this.pictures.push({ start, end, kind, step: step + this.ahead, traj, picture });
    if (problem) this.problem('warning', problem.code, problem.message, found);
  }

  call(call: NewCall): void {
    if (!this.state.hasTurn) this.turn();
    else if (!this.state.inTurn) this.turn(this.state.turnKey);
    const name = this.mark('action', firstPart(call.name ?? null));
    const args = this.mark('action', firstPart(call.arguments ?? null));
    const [id, json] = [this.string(call.id ?? null), this.string(call.json ?? null)];
    this.script.push(OP.call, id, name, args, json);
    this.addOpenCall(call.name ?? null);
    this.acting = true;
  }

  label({ source, start, end }: Slice): void {
    if (end > start) this.labels.push(source.toRaw(start), rawEnd(source, end));
  }

  problem(severity: Severity, code: string, message: string, { start, end }: Range): void {
    this.problems.push({ code, message, start, end, severity });
  }

  /** Has all offsets count from elsewhere. */
  move(by: number): void {
    const { script, labels, lead, pictures } = this;
    this.marks.move(by);
    pictures.forEach((one, i) => (pictures[i] = movePicture(one, by)));
    for (let i = 0; i < labels.length; i += 1) labels[i]! += by;
    for (const one of this.problems) {
      one.start += by;
      one.end += by;
    }
    for (let at = 0; at < script.length; at += OP_LENGTH[script[at]!]!) {
      if (script[at] !== OP.trajectory) continue;
      script[at + 1]! += by;
      script[at + 2]! += by;
    }
    if (lead.closedAt !== NONE) lead.closedAt += by;
  }

  private addOpenCall(name: Slice | null): void {
    const { openCalls } = this.state;
    if (openCalls.length >= MOST_OPEN_CALLS) return;
    const isFirst = openCalls.length === 0;
    if (isFirst && !name) this.state.openCalls = ONE_UNNAMED;
    else {
      const own = name ? name.source.text.slice(name.start, name.end) : '';
      this.state.openCalls = isFirst ? [own] : [...openCalls, own];
    }
  }

  /** The call of that name, else the first one, has its result. */
  private answerCall(name: string | null): void {
    const { openCalls } = this.state;
    if (openCalls.length <= 1) {
      this.state.openCalls = NO_CALLS;
      return;
    }
    const named = name === null ? -1 : openCalls.indexOf(name);
    const at = Math.max(0, named);
    this.state.openCalls = openCalls.filter((_, i) => i !== at);
  }

  private open(): void {
    if (!this.state.isOpen) this.trajectory(this.beginsAt);
    this.state.hasMessage = true;
  }

  /** One piece, or one for each of the strings that the slice reaches across. Returns whether there is any. */
  private pieces(kind: SpanKind, slice: Slice | null, marks: number[] | null = null): boolean {
    if (slice && this.placeHolders) return this.withPictures(kind, slice, marks);
    return this.texts(kind, slice, marks);
  }

  /** The texts between placeholders, each of which is the next picture of the trajectory's list. */
  private withPictures(kind: SpanKind, slice: Slice, marks: number[] | null): boolean {
    let found = false;
    for (const part of this.placeHolders!.cut(slice)) {
      if ('text' in part) found = this.texts(kind, part.text, marks) || found;
      else {
        this.label(part.tag);
        this.picture(kind, part.picture);
      }
    }
    return found;
  }

  private texts(kind: SpanKind, slice: Slice | null, marks: number[] | null): boolean {
    let found = false;
    for (let part = firstPart(slice); part; part = partBehind(part, slice!)) {
      const mark = this.mark(kind, part);
      if (mark === NONE) continue;
      if (!this.state.hasMessage) this.outer('other');
      this.script.push(OP.piece, mark);
      marks?.push(mark);
      found = true;
    }
    return found;
  }

  private mark(kind: SpanKind, slice: Slice | null): number {
    if (!slice) return NONE;
    const start = trimStart(slice);
    if (start >= slice.end) return NONE;
    if (!this.state.isOpen) this.trajectory(this.beginsAt);
    const { source, escaped } = slice;
    const mark = this.marks.add(source.toRaw(start), rawEnd(source, trimEnd(slice, start)), {
      kind: KIND_CODE[kind],
      step: this.state.step + this.ahead,
      traj: this.trajectories - 1,
      escapes: source.depth + (escaped ? 1 : 0),
    });
    if (this.isMasked) this.maskedMarks.push(mark);
    return mark;
  }

  private settle(): void {
    if (!this.lead.settled) {
      this.lead.settled = true;
      this.lead.pending = this.pending;
      this.lead.acts = this.acting;
    } else if (this.acting)
      for (const mark of this.pending) this.marks.setKind(mark, KIND_CODE.reasoning);
    this.pending = [];
    this.acting = false;
  }

  private string(value: ScriptString | null): number {
    if (value === null) return NONE;
    this.strings.push(value);
    return this.strings.length - 1;
  }
}

/** As much of the slice as lies in one string of the file; null of none and of a blank one. */
function firstPart(slice: Slice | null): Slice | null {
  if (!slice?.source.partEnd) return slice;
  const { source, start, end } = slice;
  if (start >= end) return null;
  const partEnd = source.partEnd!(start);
  return end <= partEnd ? slice : { ...slice, end: partEnd };
}

function partBehind(part: Slice, slice: Slice): Slice | null {
  return part !== slice && part.end < slice.end ? firstPart({ ...slice, start: part.end }) : null;
}

function rawEnd(source: Source, offset: number): number {
  return source.toRawEnd ? source.toRawEnd(offset) : source.toRaw(offset);
}
