import type { Slice, Source } from '../text/source.ts';
import { trim } from '../text/trim.ts';
import type { Problem, Range, Severity, SpanKind } from '../types.ts';
import type {
  BuiltAssistant,
  BuiltMessage,
  BuiltOuter,
  BuiltTool,
  BuiltTrajectory,
  Mark,
} from './built.ts';

/**
 * What readers write to, in the order of generation. It numbers turns and trajectories, trims, settles
 * whether assistant text was reasoning (its turn also calls) or answer, and keeps labels and problems.
 */
export class Builder {
  readonly marks: Mark[] = [];
  readonly labels: Range[] = [];
  readonly problems: Problem[] = [];
  readonly trajectories: BuiltTrajectory[] = [];
  private current: BuiltTrajectory | null = null;
  private message: BuiltMessage | null = null;
  private assistant: BuiltAssistant | null = null;
  private turnKey: string | null = null;
  private pending: Mark[] = [];
  private step = 0;
  private ahead = 0;

  /** Opens the next trajectory at `start`; the one before ends there, or at its own `close`. */
  trajectory(start: number, id: string | null = null): void {
    this.close(start);
    this.current = { start, end: start, id, messages: [] };
    this.trajectories.push(this.current);
  }

  /** Ends the open trajectory at `end`. */
  close(end: number): void {
    if (!this.current) return;
    this.settle();
    this.current.end = end;
    this.current = null;
    this.message = null;
    this.assistant = null;
    this.turnKey = null;
    this.step = 0;
    this.ahead = 0;
  }

  get isOpen(): boolean {
    return this.current !== null;
  }

  get currentStep(): number {
    return this.step;
  }

  nameTrajectory(id: string | null): void {
    if (this.current && id !== null) this.current.id ??= id;
  }

  /** A message that is neither the agent's nor a result; pieces follow with `put`. */
  outer(kind: 'system' | 'task' | 'other', slice: Slice | null = null): void {
    const role = kind === 'task' ? 'user' : kind;
    const message: BuiltOuter = { role, pieces: [] };
    this.ahead = 0;
    this.open(message);
    if (slice) this.put(kind, slice);
  }

  /** Opens a turn; goes on with the current one if it was opened with the same key. */
  turn(key: string | null = null): void {
    if (key !== null && key === this.turnKey && this.assistant) {
      this.message = this.assistant;
      return;
    }
    this.settle();
    this.ahead = 0;
    this.step += 1;
    this.turnKey = key;
    this.assistant = { role: 'assistant', step: this.step, pieces: [], calls: [], acts: false };
    this.open(this.assistant);
  }

  /** Goes on with the turn if nothing came since it was last written to; else opens the next. */
  run(): void {
    if (!this.assistant || this.message !== this.assistant) this.turn();
  }

  /**
   * A result of a call, or what the environment says unasked. `ahead`: what the next turn looks at
   * first; it counts to that turn.
   */
  result(of: { callId?: string | null; name?: string | null; ahead?: boolean } = {}): void {
    this.ahead = of.ahead ? 1 : 0;
    const message: BuiltTool = {
      role: 'tool',
      callId: of.callId ?? null,
      name: of.name ?? null,
      pieces: [],
    };
    this.open(message);
  }

  /** Adds a piece to the open message, trimmed; nothing if it is blank. */
  put(kind: SpanKind, slice: Slice | null): Mark | null {
    const mark = this.mark(kind, slice);
    if (!mark || !this.message) return mark;
    this.message.pieces.push(mark);
    if (kind === 'action' || kind === 'answer') this.acts();
    return mark;
  }

  /** Assistant text, settled when the turn is complete. */
  say(slice: Slice | null): void {
    const mark = this.mark('answer', slice);
    if (!mark || !this.message) return;
    this.message.pieces.push(mark);
    this.pending.push(mark);
  }

  call(call: { id?: string | null; name?: Slice | null; arguments?: Slice | null }): void {
    if (!this.assistant) this.turn();
    const name = this.mark('action', call.name ?? null);
    const args = this.mark('action', call.arguments ?? null);
    this.assistant?.calls.push({ id: call.id ?? null, name, arguments: args });
    this.acts();
  }

  /** The turn calls, or marks its answer as such: its plain text is reasoning. */
  private acts(): void {
    if (this.assistant) this.assistant.acts = true;
  }

  label({ source, start, end }: Slice): void {
    if (end > start) this.labels.push({ start: source.toRaw(start), end: rawEnd(source, end) });
  }

  problem(severity: Severity, code: string, message: string, { start, end }: Range): void {
    this.problems.push({ code, message, start, end, severity });
  }

  private open(message: BuiltMessage): void {
    if (!this.current) this.trajectory(0);
    this.current?.messages.push(message);
    this.message = message;
  }

  private mark(kind: SpanKind, slice: Slice | null): Mark | null {
    const trimmed = slice && trim(slice);
    if (!trimmed) return null;
    if (!this.current) this.trajectory(0);
    const { source, escaped } = trimmed;
    const mark: Mark = {
      start: source.toRaw(trimmed.start),
      end: rawEnd(source, trimmed.end),
      kind,
      step: this.step + this.ahead,
      traj: this.trajectories.length - 1,
      escapes: source.depth + (escaped ? 1 : 0),
      index: -1,
    };
    this.marks.push(mark);
    return mark;
  }

  private settle(): void {
    if (this.assistant?.acts) for (const mark of this.pending) mark.kind = 'reasoning';
    this.pending = [];
  }
}

function rawEnd(source: Source, offset: number): number {
  return source.toRawEnd ? source.toRawEnd(offset) : source.toRaw(offset);
}
