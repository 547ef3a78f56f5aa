import type { Range } from '@deepcoder/trajectory';
import type { Aligned } from './alignPieces.ts';
import { plainMessages, type PlannedMessage } from './chatPlan.ts';
import type { ChatContext } from './renderChat.ts';
import type { PlacedSpan } from './rendered.ts';

interface Turn {
  aligned: Aligned;
  plan: readonly PlannedMessage[];
  /** The turn's message. */
  index: number;
  /** Its contents, in the order of the text. */
  contents: readonly PlacedSpan[];
}

/**
 * What the agent writes in a turn: from after the template's opening (which a server writes) up to and
 * including the token that ends the turn. Null where neither can be told.
 */
export function turnRange(turn: Turn, context: ChatContext): Range | null {
  const first = turn.contents[0];
  const last = turn.contents.at(-1);
  if (first === undefined || last === undefined) return null;
  const start = turnStart(turn, first.start, context);
  const end = turnEnd(turn, last.end, context);
  return start === null || end === null ? null : { start, end };
}

function turnStart(
  { aligned, plan, index }: Turn,
  contentStart: number,
  { template }: ChatContext,
): number | null {
  const from = endBefore(aligned, plan.slice(0, index));
  const gap = aligned.text.slice(from, contentStart);
  for (const opening of template.traits.openings) {
    const at = gap.lastIndexOf(opening);
    if (at >= 0) return from + at + opening.length;
  }
  const prompt = template.render(plainMessages(plan.slice(0, index)), true);
  return aligned.text.startsWith(prompt) && prompt.length <= contentStart ? prompt.length : null;
}

function endBefore({ places }: Aligned, messages: readonly PlannedMessage[]): number {
  const ends = messages.flatMap(({ pieces }) => pieces.map((piece) => places.get(piece)?.end ?? 0));
  return ends.reduce((most, end) => Math.max(most, end), 0);
}

function turnEnd(
  { aligned, plan, index }: Turn,
  contentEnd: number,
  { template, specialTokens }: ChatContext,
): number | null {
  const { text, places } = aligned;
  const next = plan
    .slice(index + 1)
    .flatMap(({ pieces }) => pieces.map((piece) => places.get(piece)?.start))
    .find((start) => start !== undefined);
  const gap = text.slice(contentEnd, next ?? text.length);
  const usual = template.traits.endOfTurn;
  const tokens = usual !== null && gap.includes(usual) ? [usual] : specialTokens;
  const ends = tokens.flatMap((token) => {
    const at = gap.indexOf(token);
    return at < 0 ? [] : [{ at, end: at + token.length }];
  });
  if (ends.length > 0) return contentEnd + ends.reduce((a, b) => (b.at < a.at ? b : a)).end;
  const part = template.render(plainMessages(plan.slice(0, index + 1)));
  return text.startsWith(part) && part.length >= contentEnd ? part.length : null;
}
