import { alignPieces } from './alignPieces.ts';
import type { PlannedMessage } from './plannedMessage.ts';
import {
  generatedTurn,
  missingPiece,
  moved,
  noBounds,
  notShown,
  placedPieces,
  type GeneratedTurn,
} from './generatedTurn.ts';
import type { PlacedSpan, Rendered, Segment } from './rendered.ts';
import type { RecordContext } from './chatContext.ts';
import { contextSegment, turnSegments } from './turnSegments.ts';
import { turnEnd, turnRange } from './turnRange.ts';

type ChatText = Omit<Rendered, 'withPrefix'>;

/** The training texts of a plan, or why it has none. */
export type ChatTexts = ChatText[] | string;

/** One text, as the template shows the whole conversation. */
export function wholeText(plan: readonly PlannedMessage[], context: RecordContext): ChatTexts {
  const aligned = alignPieces(plan, context.render);
  const shown = draft();
  let ending = '';
  for (const [index, message] of plan.entries()) {
    const contents = placedPieces(message.pieces, aligned);
    if (message.step === null || !context.policy.isSupervised(message.step)) {
      addContext(shown, contents, context);
      continue;
    }
    const missing = message.apart[0] ?? missingPiece(message.pieces, aligned);
    if (missing !== undefined) return notShown(missing, message.step);
    if (contents.length === 0) continue;
    const range = turnRange({ aligned, plan, index, contents }, context);
    if (range === null) return noBounds(message.step);
    ending = range.ending;
    const end = range.end + ending.length;
    for (const one of turnSegments({ ...range, end }, contents, context.policy))
      shown.segments.push(one);
    for (const one of contents) shown.placed.push(one);
  }
  // An ending that the template leaves out comes with the last turn only.
  const text = ending === '' ? aligned.text : aligned.text.trimEnd() + ending;
  return [finished({ ...shown, text }, null)];
}

/** A text a turn: what the model sees when it is its turn, and what it writes. */
export function turnTexts(
  plan: readonly PlannedMessage[],
  context: RecordContext,
  { bareHistory }: { bareHistory: boolean },
): ChatTexts {
  const texts: ChatText[] = [];
  // Each content counts once: what came before an earlier turn belongs to that turn's sample.
  let seen = 0;
  for (const [index, message] of plan.entries()) {
    const { step } = message;
    if (step === null || !context.policy.isSupervised(step) || isSilent(message)) continue;
    const before = plan.slice(0, index);
    const history = bareHistory ? before.map((one) => one.bare ?? one) : before;
    const turn = generatedTurn(history, message, context);
    if (typeof turn === 'string') return turn;
    const shown = draft();
    for (const one of history.slice(seen)) {
      addContext(shown, placedPieces(one.pieces, turn.before), context);
    }
    shown.text = turn.before.text;
    addTurn(shown, turn, context);
    texts.push(finished(shown, step));
    seen = index + 1;
  }
  return texts;
}

/**
 * The whole conversation with every thought where it was made, though the template would leave earlier ones
 * out: turn after turn as it was written, with what the template shows between them.
 */
export function keptText(
  plan: readonly PlannedMessage[],
  context: RecordContext,
  { perTurn }: { perTurn: boolean },
): ChatTexts {
  const shown = draft();
  const cuts: { end: number; step: number }[] = [];
  let last = -1;
  for (const [index, message] of plan.entries()) {
    const { step } = message;
    if (step === null || isSilent(message)) continue;
    const history = plan.slice(0, index);
    const turn = generatedTurn(history, message, context);
    if (typeof turn === 'string') return turn;
    const from = last < 0 ? 0 : endOfTurn(turn, { history, last, context });
    if (from === null) return noBounds(plan[last]!.step);
    for (const one of plan.slice(last + 1, index)) {
      const places = placedPieces(one.pieces, turn.before);
      const by = shown.text.length - from;
      addContext(shown, moved(places, by), context);
    }
    shown.text += turn.before.text.slice(from);
    addTurn(shown, turn, context);
    if (context.policy.isSupervised(step)) cuts.push({ end: shown.text.length, step });
    last = index;
  }
  if (!perTurn) return [finished(shown, null)];
  return cuts.map(({ end, step }, n) => {
    const start = cuts[n - 1]?.end ?? 0;
    const isOwn = (place: { start: number; end: number }): boolean =>
      place.start >= start && place.end <= end;
    const { text, segments, placed } = shown;
    const own = { segments: segments.filter(isOwn), placed: placed.filter(isOwn) };
    return finished({ text: text.slice(0, end), ...own }, step);
  });
}

/** Where an earlier turn ends in what the model is given at a later one. */
function endOfTurn(
  { before }: GeneratedTurn,
  {
    history,
    last,
    context,
  }: { history: readonly PlannedMessage[]; last: number; context: RecordContext },
): number | null {
  const content = placedPieces(history[last]!.pieces, before).at(-1);
  if (content === undefined) return null;
  const shown = { aligned: before, plan: history, index: last };
  return turnEnd(shown, content.end, context)?.end ?? null;
}

/** A turn in which nothing is said; there is nothing to learn in it. */
function isSilent({ pieces, apart }: PlannedMessage): boolean {
  return pieces.length === 0 && apart.length === 0;
}

interface Draft {
  text: string;
  segments: Segment[];
  placed: PlacedSpan[];
}

function draft(): Draft {
  return { text: '', segments: [], placed: [] };
}

function addContext(shown: Draft, contents: PlacedSpan[], { policy }: RecordContext): void {
  for (const one of contents.flatMap((place) => contextSegment(place, policy)))
    shown.segments.push(one);
  for (const one of contents) shown.placed.push(one);
}

function addTurn(shown: Draft, turn: GeneratedTurn, { policy }: RecordContext): void {
  const start = shown.text.length;
  const contents = moved(turn.contents, start);
  shown.text += turn.text;
  for (const one of turnSegments({ start, end: shown.text.length }, contents, policy))
    shown.segments.push(one);
  for (const one of contents) shown.placed.push(one);
}

function finished({ text, segments, placed }: Draft, step: number | null): ChatText {
  return { text, segments: sorted(segments), placed: sorted(placed), step };
}

function sorted<P extends { start: number }>(places: P[]): P[] {
  return places.sort((a, b) => a.start - b.start);
}
