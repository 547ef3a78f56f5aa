import type { PlacedSpan, Rendered } from '../render/rendered.ts';
import type { Stretch } from './pairTokens.ts';

/** Characters of a text, in UTF-16 units. */
export interface Range {
  from: number;
  to: number;
}

/** What two ways of saying a record have in common: a stretch around one content, and the room after it. */
export interface SharedContent extends Stretch {
  /** Which of the other texts it stands in. */
  text: number;
  /** From the end of the content to where the next one begins, or the text ends, in each text. */
  ownAfter: Range;
  theirsAfter: Range;
}

/**
 * Contents that stand in a text and, letter for letter, in one of the other texts of the same record, with as
 * much around them as is the same in both. In order; they do not overlap.
 */
export function sharedContents(own: Rendered, others: readonly Rendered[]): SharedContent[] {
  const places = placesOf(others);
  const shared: SharedContent[] = [];
  own.placed.forEach((mine, at) => {
    const place = places.get(mine.span)?.shift();
    if (place === undefined) return;
    const other = others[place.text]!;
    const theirs = other.placed[place.at]!;
    const length = mine.end - mine.start;
    if (length !== theirs.end - theirs.start) return;
    const content = own.text.slice(mine.start, mine.end);
    if (content !== other.text.slice(theirs.start, theirs.end)) return;
    const last = shared.at(-1);
    const before = {
      own: Math.max(endOf(own.placed, at - 1), last === undefined ? 0 : last.own + last.length),
      theirs: Math.max(
        endOf(other.placed, place.at - 1),
        last?.text === place.text ? last.theirs + last.length : 0,
      ),
    };
    const ownNext = own.placed[at + 1]?.start ?? own.text.length;
    const theirsNext = other.placed[place.at + 1]?.start ?? other.text.length;
    const left = sameBefore(own.text, other.text, { mine, theirs, before });
    const right = sameAfter(own.text, other.text, { mine, theirs, ownNext, theirsNext });
    shared.push({
      own: mine.start - left,
      theirs: theirs.start - left,
      length: left + length + right,
      text: place.text,
      ownAfter: { from: mine.end, to: ownNext },
      theirsAfter: { from: theirs.end, to: theirsNext },
    });
  });
  return shared;
}

/** Stretches that follow each other in both texts as one: a token may reach over the place where they meet. */
export function joined(contents: readonly SharedContent[]): (Stretch & { text: number })[] {
  const stretches: (Stretch & { text: number })[] = [];
  for (const { own, theirs, length, text } of contents) {
    const last = stretches.at(-1);
    const follows =
      last?.text === text && last.own + last.length === own && last.theirs + last.length === theirs;
    if (follows) last.length += length;
    else stretches.push({ own, theirs, length, text });
  }
  return stretches;
}

/** By span: where its contents stand, in order. */
function placesOf(texts: readonly Rendered[]): Map<number, { text: number; at: number }[]> {
  const places = new Map<number, { text: number; at: number }[]>();
  texts.forEach(({ placed }, text) =>
    placed.forEach(({ span }, at) => {
      const known = places.get(span);
      if (known === undefined) places.set(span, [{ text, at }]);
      else known.push({ text, at });
    }),
  );
  return places;
}

function endOf(placed: readonly PlacedSpan[], at: number): number {
  return placed[at]?.end ?? 0;
}

function sameBefore(
  own: string,
  other: string,
  {
    mine,
    theirs,
    before,
  }: { mine: PlacedSpan; theirs: PlacedSpan; before: { own: number; theirs: number } },
): number {
  const most = Math.min(mine.start - before.own, theirs.start - before.theirs);
  let same = 0;
  while (same < most && own[mine.start - same - 1] === other[theirs.start - same - 1]) same++;
  return same;
}

function sameAfter(
  own: string,
  other: string,
  {
    mine,
    theirs,
    ownNext,
    theirsNext,
  }: { mine: PlacedSpan; theirs: PlacedSpan; ownNext: number; theirsNext: number },
): number {
  const most = Math.min(ownNext - mine.end, theirsNext - theirs.end);
  let same = 0;
  while (same < most && own[mine.end + same] === other[theirs.end + same]) same++;
  return same;
}
