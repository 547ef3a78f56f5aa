import type { Range } from '@deepcoder/vocabulary';
import type { Aligned } from './alignPieces.ts';
import { plainMessages } from './chatPlan.ts';
import type { PlannedMessage } from './plannedMessage.ts';
import { TemplateRefusal } from './chatTemplate.ts';
import type { PlacedSpan } from './rendered.ts';
import type { RecordContext } from './chatContext.ts';
import { commonPrefix } from './turnStops.ts';

interface Turn {
  aligned: Aligned;
  plan: readonly PlannedMessage[];
  /** The turn's message. */
  index: number;
  /** Its contents, in the order of the text. */
  contents: readonly PlacedSpan[];
}

/** What the agent writes in a turn. */
export interface TurnRange extends Range {
  /** The token at which a server stops, where the template does not show it after the last turn. */
  ending: string;
}

/**
 * What the agent writes in a turn: from after the template's opening (which a server writes) up to and
 * including the token at which a server stops. Null where neither can be told. A turn in which nothing is shown
 * is looked for at the end of the text.
 */
export function turnRange(turn: Turn, context: RecordContext): TurnRange | null {
  const { text } = turn.aligned;
  const isLast = turn.index === turn.plan.length - 1;
  const first = turn.contents[0]?.start ?? (isLast ? lastOpening(text, context) : null);
  const last = turn.contents.at(-1)?.end ?? first;
  if (first === null || last === null) return null;
  const start = turnStart(turn, first, context);
  const end = turnEnd(turn, last, context);
  return start === null || end === null ? null : { start, ...end };
}

function lastOpening(text: string, { traits }: RecordContext): number | null {
  const ends = traits.openings.flatMap((opening) => {
    const at = text.lastIndexOf(opening);
    return at < 0 ? [] : [at + opening.length];
  });
  return ends.length === 0 ? null : ends.reduce((most, one) => Math.max(most, one), -Infinity);
}

function turnStart(
  { aligned, plan, index }: Turn,
  contentStart: number,
  { render, traits }: RecordContext,
): number | null {
  const from = endBefore(aligned, plan.slice(0, index));
  const gap = aligned.text.slice(from, contentStart);
  for (const opening of traits.openings) {
    const at = gap.lastIndexOf(opening);
    if (at >= 0) return from + at + opening.length;
  }
  const history = plainMessages(plan.slice(0, index));
  const prompt = promptOf(() => render(history, { prompt: true }));
  if (prompt !== null && aligned.text.startsWith(prompt) && prompt.length <= contentStart) {
    return prompt.length;
  }
  // Before it stands what stands before any other turn, but for the space that answers begin with.
  const other = promptOf(() => render([...history, { role: 'assistant', content: OTHER }]));
  const start =
    other === null ? 0 : commonPrefix(aligned.text, other).replace(/(?<! ) +$/, '').length;
  return start >= from && start > 0 && start <= contentStart ? start : null;
}

/** A noncharacter, which no text holds. */
const OTHER = '\ufdd3';

/** Null where the template refuses. */
function promptOf(render: () => string): string | null {
  try {
    return render();
  } catch (cause) {
    if (cause instanceof TemplateRefusal) return null;
    throw cause;
  }
}

function endBefore({ places }: Aligned, messages: readonly PlannedMessage[]): number {
  const ends = messages.flatMap(({ pieces }) => pieces.map((piece) => places.get(piece)?.end ?? 0));
  return ends.reduce((most, end) => Math.max(most, end), 0);
}

/** Where a turn ends whose last content ends at `contentEnd`. */
export function turnEnd(
  { aligned, plan, index }: Omit<Turn, 'contents'>,
  contentEnd: number,
  { traits, specialTokens, render }: RecordContext,
): Omit<TurnRange, 'start'> | null {
  const { text, places } = aligned;
  const next = plan
    .slice(index + 1)
    .flatMap(({ pieces }) => pieces.map((piece) => places.get(piece)?.start))
    .find((start) => start !== undefined);
  const gap = text.slice(contentEnd, next ?? text.length);
  const own = plan[index]!.calls ? traits.stops.call : traits.stops.answer;
  const usual = [own.token, traits.stops.answer.token, traits.stops.call.token];
  const end = firstEnd(gap, usual) ?? (own.isNextMark ? null : firstEnd(gap, specialTokens));
  if (end !== null) return { end: contentEnd + end, ending: '' };
  const part = render(plainMessages(plan.slice(0, index + 1)));
  if (!text.startsWith(part) || part.length < contentEnd) return null;
  if (!own.isNextMark) return { end: part.length, ending: '' };
  return { end: contentEnd + part.slice(contentEnd).trimEnd().length, ending: own.token ?? '' };
}

/** One past the first of these tokens in a text. */
function firstEnd(text: string, tokens: readonly (string | null)[]): number | null {
  const ends = tokens.flatMap((token) => {
    const at = token === null ? -1 : text.indexOf(token);
    return at < 0 ? [] : [{ at, end: at + token!.length }];
  });
  return ends.length === 0 ? null : ends.reduce((a, b) => (b.at < a.at ? b : a)).end;
}
