import { movePicture } from '../assemble/pictures.ts';
import type { Range } from '@deepcoder/vocabulary';
import type { Message, Parsed, Piece } from '../types.ts';

/** A text that was read as a whole, and by trajectory which of its spans are its own. */
export interface WholeText {
  text: string;
  parsed: Parsed;
  spansOf: readonly (readonly number[])[];
  /** Only the beginning was read. */
  truncated: boolean;
}

export function wholeText(text: string, parsed: Parsed, truncated: boolean): WholeText {
  const spansOf = parsed.trajectories.map((): number[] => []);
  parsed.spans.forEach(({ traj }, i) => spansOf[traj]?.push(i));
  return { text, parsed, spansOf, truncated };
}

/** A trajectory of a text by itself: its stretch of it, and what was read there, counted from its start. */
export function oneTrajectory(
  { text, parsed, spansOf }: WholeText,
  index: number,
): { text: string; start: number; parsed: Parsed } {
  const own = parsed.trajectories[index]!;
  const chosen = spansOf[index]!;
  const { start, end } = stretch(own, parsed, chosen);
  const moved = <R extends Range>(range: R): R => ({
    ...range,
    start: range.start - start,
    end: range.end - start,
  });
  const rank = new Map(chosen.map((span, i) => [span, i]));
  const shown = parsed.pictures.flatMap(({ traj }, i) => (traj === own.index ? [i] : []));
  const places = new Map(shown.map((picture, i) => [picture, i]));
  const messages = own.messages.map((message) => withPictures(withSpans(message, rank), places));
  return {
    text: text.slice(start, end),
    start,
    parsed: {
      ...parsed,
      spans: chosen.map((i) => ({ ...moved(parsed.spans[i]!), traj: 0 })),
      pictures: shown.map((i) => ({ ...movePicture(parsed.pictures[i]!, -start), traj: 0 })),
      escapes: chosen.map((i) => parsed.escapes[i]!),
      masked: new Set(chosen.flatMap((i, own) => (parsed.masked.has(i) ? [own] : []))),
      labels: within(parsed.labels, { start, end }).map(moved),
      problems: within(parsed.problems, { start, end }).map(moved),
      trajectories: [{ ...moved(own), index: 0, messages }],
    },
  };
}

/** Of ranges in their order. */
function within<R extends Range>(ranges: readonly R[], { start, end }: Range): R[] {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.start >= start) high = middle;
    else low = middle + 1;
  }
  const found: R[] = [];
  for (let at = low; at < ranges.length && ranges[at]!.start < end; at += 1)
    if (ranges[at]!.end <= end) found.push(ranges[at]!);
  return found;
}

/** Side chains stand between the lines of others: spans may lie outside of what their trajectory says. */
function stretch(own: Range, { spans }: Parsed, chosen: readonly number[]): Range {
  let { start, end } = own;
  for (const i of chosen) {
    start = Math.min(start, spans[i]!.start);
    end = Math.max(end, spans[i]!.end);
  }
  return { start, end };
}

function withPictures(message: Message, places: ReadonlyMap<number, number>): Message {
  if (!message.pictures) return message;
  const pictures = message.pictures.map(({ picture, before }) => ({
    picture: places.get(picture)!,
    before,
  }));
  return { ...message, pictures };
}

function withSpans(message: Message, rank: ReadonlyMap<number, number>): Message {
  const moved = (piece: Piece): Piece => ({ ...piece, span: rank.get(piece.span)! });
  const pieces = message.pieces.map(moved);
  if (message.role !== 'assistant') return { ...message, pieces };
  const calls = message.calls.map(({ name, arguments: args, ...call }) => ({
    ...call,
    name: name && moved(name),
    arguments: args && moved(args),
  }));
  return { ...message, pieces, calls };
}
