import { placeOf } from '@deepcoder/trajectory';
import { TOKEN_KINDS } from '@deepcoder/vocabulary';
import { firstTokenFrom, type TextTokens, type TokenLayout } from '../layoutTokens.ts';
import type { Rendered } from '../render/rendered.ts';
import type { TeacherReading } from '../sample.ts';
import type { MatchedBytes } from './matchedBytes.ts';
import { pairTokens, type TokenPair } from './pairTokens.ts';
import { joined, type Range, type SharedContent, sharedContents } from './stretches.ts';

/** A record as a teacher with a tokenizer of its own is shown it. */
export interface TeacherText {
  rendered: Rendered;
  tokens: TextTokens;
}

export interface OwnText {
  rendered: Rendered;
  layout: TokenLayout;
}

/**
 * Pairs the learnt tokens of a text with those of the teacher's texts of the same record, by the characters that
 * both say; a token that ends a turn or a text also with the teacher's own.
 *
 * @param ends the teacher's token for each token of the student that ends a turn or a text
 */
export function teacherReadings(
  own: OwnText,
  theirs: readonly TeacherText[],
  ends: ReadonlyMap<number, number>,
): { readings: TeacherReading[]; bytes: MatchedBytes } {
  const { layout } = own;
  const contents = sharedContents(
    own.rendered,
    theirs.map(({ rendered }) => rendered),
  );
  const pairs = theirs.map((): TokenPair[] => []);
  const isPaired = new Uint8Array(layout.offsets.length / 2);
  const add = (text: number, pair: TokenPair): void => {
    pairs[text]!.push(pair);
    isPaired.fill(1, pair.ownFirst, pair.ownEnd);
  };
  for (const stretch of joined(contents)) {
    const { offsets } = theirs[stretch.text]!.tokens;
    for (const pair of pairTokens(stretch, layout.offsets, offsets)) add(stretch.text, pair);
  }
  for (const content of contents) {
    const pair = endPair(content, own, { other: theirs[content.text]!, ends });
    // Where the texts say the end alike, it is among the pairs already.
    if (pair !== null && isPaired[pair.ownFirst] === 0) add(content.text, pair);
  }
  return readingsOf(own, theirs, pairs);
}

function readingsOf(
  own: OwnText,
  theirs: readonly TeacherText[],
  pairs: readonly TokenPair[][],
): { readings: TeacherReading[]; bytes: MatchedBytes } {
  const { layout } = own;
  const readings: TeacherReading[] = [];
  const isMatched = new Uint8Array(layout.ids.length);
  theirs.forEach(({ tokens }, text) => {
    const kept = pairs[text]!.sort((a, b) => a.theirsFirst - b.theirsFirst).flatMap(
      (pair) => placedPair(pair, layout, tokens) ?? [],
    );
    const last = kept.at(-1);
    if (last === undefined) return;
    for (const { first, end } of kept) isMatched.fill(1, first, end);
    readings.push({
      ids: tokens.ids.slice(0, last.places[3]),
      pairs: Int32Array.from(kept.flatMap(({ places }) => places)),
    });
  });
  return { readings, bytes: countBytes(own, isMatched) };
}

/** The first learnt end of a turn or text after a content, with the teacher's. */
function endPair(
  { ownAfter, theirsAfter }: SharedContent,
  { layout }: OwnText,
  { other, ends }: { other: TeacherText; ends: ReadonlyMap<number, number> },
): TokenPair | null {
  const mine = findToken(layout, ownAfter, (id) => ends.has(id));
  if (mine === null || layout.weights[layout.prefix + mine] === 0) return null;
  const wanted = ends.get(layout.ids[layout.prefix + mine]!);
  const their = findToken(other.tokens, theirsAfter, (id) => id === wanted);
  if (their === null) return null;
  return { ownFirst: mine, ownEnd: mine + 1, theirsFirst: their, theirsEnd: their + 1 };
}

/** The first token within a part of the text that is one of those wanted, without the tokenizer's own first ones. */
function findToken(
  { ids, offsets, prefix }: TextTokens,
  { from, to }: Range,
  isWanted: (id: number) => boolean,
): number | null {
  const count = offsets.length / 2;
  for (let token = firstTokenFrom(offsets, from); token < count; token++) {
    if (offsets[2 * token]! >= to) return null;
    if (isWanted(ids[prefix + token]!)) return token;
  }
  return null;
}

/** With places in the sample, and among all the teacher's tokens; null where nothing of it is learnt, or it is cut. */
function placedPair(
  { ownFirst, ownEnd, theirsFirst, theirsEnd }: TokenPair,
  layout: TokenLayout,
  theirs: TextTokens,
): { first: number; end: number; places: [number, number, number, number] } | null {
  const [first, end] = [ownFirst + layout.prefix, ownEnd + layout.prefix];
  const begin = theirsFirst + theirs.prefix;
  // Nothing precedes a first token that could predict it.
  if (begin === 0 || !layout.weights.subarray(first, end).some((weight) => weight > 0)) return null;
  const [from, last] = [placeOf(layout, first), placeOf(layout, end - 1)];
  if (from < 0 || last < 0) return null;
  return { first, end, places: [from, last + 1, begin, theirsEnd + theirs.prefix] };
}

function countBytes({ rendered, layout }: OwnText, isMatched: Uint8Array): MatchedBytes {
  const bytes = { learnt: TOKEN_KINDS.map(() => 0), matched: TOKEN_KINDS.map(() => 0) };
  const { offsets, prefix, kinds, weights } = layout;
  for (let token = prefix; token < weights.length; token++) {
    if (weights[token]! <= 0) continue;
    const at = 2 * (token - prefix);
    const size = Buffer.byteLength(rendered.text.slice(offsets[at], offsets[at + 1]));
    bytes.learnt[kinds[token]!]! += size;
    if (isMatched[token] === 1) bytes.matched[kinds[token]!]! += size;
  }
  return bytes;
}
