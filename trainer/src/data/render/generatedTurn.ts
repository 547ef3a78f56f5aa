import { alignPieces, type Aligned } from './alignPieces.ts';
import type { ChatPiece, PlannedMessage } from './plannedMessage.ts';
import { TemplateRefusal } from './chatTemplate.ts';
import type { RenderChatOptions } from './chatMessage.ts';
import type { PlacedSpan } from './rendered.ts';
import type { RecordContext } from './chatContext.ts';
import { aroundThought, emptyThought, endsOpen, type ThinkTags } from './thinkTags.ts';
import { turnRange } from './turnRange.ts';

/** What the model is given at a turn, and what it writes then. */
export interface GeneratedTurn {
  before: Aligned;
  text: string;
  /** In `text`. */
  contents: PlacedSpan[];
}

/**
 * A turn of the agent as the last one of a conversation: the prompt as a server makes it, and the turn as the
 * template shows it. Where the template shows no thoughts, or the prompt opens one that it leaves out, the
 * thought goes between the two. A text: why it cannot be said.
 */
export function generatedTurn(
  history: readonly PlannedMessage[],
  message: PlannedMessage,
  context: RecordContext,
): GeneratedTurn | string {
  const plan = [...history, message];
  const aligned = alignPieces(plan, context.render);
  const contents = placedPieces(message.pieces, aligned);
  const missing = missingPiece(message.pieces, aligned);
  if (missing !== undefined) return notShown(missing, message.step);
  const range = turnRange({ aligned, plan, index: history.length, contents }, context);
  if (range === null) return noBounds(message.step);
  const { start, end, ending } = range;
  const shown = {
    before: { text: aligned.text.slice(0, start), places: aligned.places },
    text: aligned.text.slice(start, end) + ending,
    contents: moved(contents, -start),
  };
  const hasThought = message.apart.length > 0;
  const before = promptFor(history, { hasThought, context });
  if (before === null && !hasThought) return shown;
  return afterPrompt(before ?? shown.before, { shown, message, context });
}

/** The turn as it goes on from the prompt. */
function afterPrompt(
  before: Aligned,
  {
    shown,
    message: { apart },
    context,
  }: { shown: GeneratedTurn; message: PlannedMessage; context: RecordContext },
): GeneratedTurn {
  const { thinkTags, lead } = context.traits;
  const first = shown.contents[0]?.start ?? shown.text.length;
  if (apart.length === 0) {
    const whole = shown.before.text + shown.text;
    const by = before.text.length - shown.before.text.length;
    if (whole.startsWith(before.text) && by <= first) {
      const text = whole.slice(before.text.length);
      return { before, text, contents: moved(shown.contents, -by) };
    }
    if (!endsOpen(before.text, thinkTags)) {
      const isClosed = before.text.trimEnd().endsWith(thinkTags.close);
      return { ...withoutStart(shown, isClosed ? emptyThought(shown.text, thinkTags) : 0), before };
    }
  }
  const around = aroundThought(before.text, thinkTags);
  const thought = thoughtText(apart, around);
  // Without a prompt of the template's, the header of its role is the turn's.
  const at = shown.text.startsWith(lead) ? Math.min(first, lead.length) : 0;
  const rest = shown.text.slice(at);
  const skipped = Math.min(first - at, ownEmptyThought(rest, thinkTags, around.after));
  const by = thought.text.length - skipped;
  return {
    before,
    text: shown.text.slice(0, at) + thought.text + rest.slice(skipped),
    contents: [...moved(thought.contents, at), ...moved(shown.contents, by)],
  };
}

function withoutStart(turn: GeneratedTurn, length: number): GeneratedTurn {
  const by = Math.min(length, turn.contents[0]?.start ?? turn.text.length);
  return { ...turn, text: turn.text.slice(by), contents: moved(turn.contents, -by) };
}

function thoughtText(
  apart: readonly ChatPiece[],
  { before, after }: { before: string; after: string },
): { text: string; contents: PlacedSpan[] } {
  let text = before;
  const contents = apart.map(({ text: thought, span }, n) => {
    if (n > 0) text += '\n\n';
    const start = text.length;
    text += thought;
    return { start, end: text.length, span };
  });
  return { text: text + after, contents };
}

/** What the template writes in the place of a thought, and the white space after it. */
function ownEmptyThought(text: string, tags: ThinkTags, after: string): number {
  const empty = emptyThought(text, tags);
  if (empty > 0 || !after.endsWith('\n')) return empty;
  return text.length - text.trimStart().length;
}

/**
 * What a server gives the model; with thoughts where the template has to be asked for them. Null where the
 * template refuses to make a prompt there.
 */
function promptFor(
  history: readonly PlannedMessage[],
  { hasThought, context }: { hasThought: boolean; context: RecordContext },
): Aligned | null {
  const { render, traits } = context;
  const prompt = (options: RenderChatOptions): Aligned =>
    alignPieces(history, (messages) => render(messages, { prompt: true, ...options }));
  try {
    const usual = prompt({});
    const isClosed = usual.text.trimEnd().endsWith(traits.thinkTags.close);
    return hasThought && isClosed ? prompt({ thinks: true }) : usual;
  } catch (cause) {
    if (!(cause instanceof TemplateRefusal)) throw cause;
    return null;
  }
}

export function placedPieces(pieces: readonly ChatPiece[], { places }: Aligned): PlacedSpan[] {
  return pieces
    .flatMap((piece) => {
      const place = places.get(piece);
      return place === undefined ? [] : [{ ...place, span: piece.span }];
    })
    .sort((a, b) => a.start - b.start);
}

/** The first piece that the template does not show; empty arguments count for nothing. */
export function missingPiece(
  pieces: readonly ChatPiece[],
  { places }: Aligned,
): ChatPiece | undefined {
  return pieces.find((piece) => !places.has(piece) && !isNothing(piece));
}

function isNothing({ value }: ChatPiece): boolean {
  return value !== null && Object.keys(value).length === 0;
}

export function notShown({ text, role }: ChatPiece, step: number | null): string {
  const start = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  const what = role === 'text' ? 'text' : role === 'name' ? "call's name" : "call's arguments";
  return (
    `the chat template does not show the ${what} ${JSON.stringify(start)} of turn ${step}; ` +
    'data.samples: per_turn or data.render: react may'
  );
}

export function noBounds(step: number | null): string {
  return `it cannot be told where turn ${step} begins or ends in the template`;
}

export function moved<P extends { start: number; end: number }>(
  places: readonly P[],
  by: number,
): P[] {
  return places.map((place) => ({ ...place, start: place.start + by, end: place.end + by }));
}
