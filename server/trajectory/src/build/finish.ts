import { unescapeText } from '../text/escapes.ts';
import type { Call, Message, Parsed, Piece, Span, Trajectory } from '../types.ts';
import type { Builder } from './builder.ts';
import type { BuiltCall, BuiltMessage, BuiltTrajectory, Mark } from './built.ts';

/**
 * The builder's marks as sorted spans. The messages decode their texts when they are first asked for:
 * who only colours spans does not pay for it.
 */
export function finish(
  text: string,
  verdict: { format: string; reason: string },
  builder: Builder,
): Parsed {
  const marks = sorted(builder.marks);
  const spans = marks.map(({ start, end, kind, step, traj }): Span => ({
    start,
    end,
    kind,
    step,
    traj,
  }));
  let trajectories: Trajectory[] | null = null;
  return {
    ...verdict,
    spans,
    escapes: marks.map((mark) => mark.escapes),
    labels: builder.labels.sort(byStart),
    problems: builder.problems.sort(byStart),
    get trajectories() {
      trajectories ??= builder.trajectories.map((built, index) => trajectory(text, built, index));
      return trajectories;
    },
  };
}

/** Sorts and numbers; of overlapping marks the first stays (a reader that writes both has a bug). */
function sorted(marks: Mark[]): Mark[] {
  marks.sort(byStart);
  const kept: Mark[] = [];
  let end = 0;
  for (const mark of marks) {
    if (mark.start < end) continue;
    mark.index = kept.length;
    kept.push(mark);
    end = mark.end;
  }
  return kept;
}

function byStart(a: { start: number; end: number }, b: { start: number; end: number }): number {
  return a.start - b.start || a.end - b.end;
}

function trajectory(text: string, built: BuiltTrajectory, index: number): Trajectory {
  const messages = built.messages.map((message) => finished(text, message)).filter(hasContent);
  return { index, id: built.id, start: built.start, end: built.end, messages };
}

function finished(text: string, message: BuiltMessage): Message {
  const pieces = message.pieces.flatMap((mark) => piece(text, mark) ?? []);
  if (message.role !== 'assistant') return { ...message, pieces };
  const { role, step } = message;
  return { role, step, pieces, calls: message.calls.map((call) => finishedCall(text, call)) };
}

function finishedCall(text: string, call: BuiltCall): Call {
  return { id: call.id, name: piece(text, call.name), arguments: piece(text, call.arguments) };
}

function piece(text: string, mark: Mark | null): Piece | null {
  if (!mark || mark.index < 0) return null;
  return { text: decode(text.slice(mark.start, mark.end), mark.escapes), span: mark.index };
}

export function decode(raw: string, escapes: number): string {
  let text = raw;
  for (let i = 0; i < escapes; i += 1) text = unescapeText(text);
  return text;
}

function hasContent(message: Message): boolean {
  return message.pieces.length > 0 || (message.role === 'assistant' && message.calls.length > 0);
}
