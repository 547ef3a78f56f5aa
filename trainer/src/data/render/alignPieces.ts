import type { Range } from '@deepcoder/vocabulary';
import { restoreNumbers, sameJson } from './argumentsValue.ts';
import { plainMessages } from './chatPlan.ts';
import type { ChatPiece, PlannedMessage } from './plannedMessage.ts';
import type { ChatMessage } from './chatMessage.ts';

/** Noncharacters, which no text holds: mark, number of the piece, middle, content, end. */
const OPEN = '\ufdd0';
const MIDDLE = '\ufdd1';
const CLOSE = '\ufdd2';
const MARK = new RegExp(`${OPEN}(\\d+)${MIDDLE}|${CLOSE}`, 'g');

/** The rendered text of some messages, and where each content stands in it; missing: not shown. */
export interface Aligned {
  text: string;
  places: Map<ChatPiece, Range>;
}

/**
 * Renders twice, once plainly and once with marks around every content. Where the marked text without
 * its marks is the plain text, the marks say exactly where each content stands; otherwise (a template
 * that looks into contents) contents are searched for one after the other. Every place is checked by
 * its decoded content. Throws what the template throws.
 */
export function alignPieces(
  messages: readonly PlannedMessage[],
  render: (messages: ChatMessage[]) => string,
): Aligned {
  const pieces = messages.flatMap((message) => message.pieces);
  const number = new Map(pieces.map((piece, n) => [piece, n]));
  const text = restoreNumbers(render(plainMessages(messages)));
  const marked = restoreNumbers(
    render(
      messages.map(({ write }) =>
        write((piece, shown) => `${OPEN}${number.get(piece)!}${MIDDLE}${shown}${CLOSE}`),
      ),
    ),
  );
  const found = readMarks(marked, (n) => pieces[n]!.role === 'arguments');
  const ranges = found.text === text ? found.ranges : null;
  const places = new Map<ChatPiece, Range>();
  let cursor = 0;
  pieces.forEach((piece, n) => {
    const near = ranges === null ? search(text, piece, cursor) : ranges.get(n);
    const gap = { start: cursor, end: nextStart(ranges, n, pieces.length) ?? text.length };
    const place = checkedPlace(text, piece, near ?? emptyArguments(text, piece, gap));
    if (place === null) return;
    places.set(piece, place);
    cursor = place.end;
  });
  return { text, places };
}

/**
 * Arguments have marks around each of their texts and reach from the first to the last; other contents
 * have one pair, and where a template repeats them (a tool's name beside its result) the first counts.
 */
function readMarks(
  marked: string,
  isArguments: (n: number) => boolean,
): { text: string; ranges: Map<number, Range> } {
  const ranges = new Map<number, Range>();
  let text = '';
  let cursor = 0;
  let open: { n: number; start: number } | null = null;
  for (const match of marked.matchAll(MARK)) {
    text += marked.slice(cursor, match.index);
    cursor = match.index + match[0].length;
    if (match[1] !== undefined) {
      open = { n: Number(match[1]), start: text.length };
    } else if (open !== null) {
      const earlier = ranges.get(open.n);
      const start = earlier?.start ?? open.start;
      if (earlier === undefined || isArguments(open.n)) {
        ranges.set(open.n, { start, end: text.length });
      }
      open = null;
    }
  }
  return { text: text + marked.slice(cursor), ranges };
}

function search(
  text: string,
  { text: content, value }: ChatPiece,
  from: number,
): Range | undefined {
  if (value !== null) {
    const start = text.indexOf('{', from);
    return start < 0 ? undefined : { start: start + 1, end: start + 1 };
  }
  const start = text.indexOf(content, from);
  return start < 0 ? undefined : { start, end: start + content.length };
}

/** Where the next content begins that has marks. */
function nextStart(
  ranges: Map<number, Range> | null,
  n: number,
  count: number,
): number | undefined {
  if (ranges === null) return undefined;
  for (let next = n + 1; next < count; next++) {
    const range = ranges.get(next);
    if (range !== undefined) return range.start;
  }
  return undefined;
}

/** Empty arguments have nothing to mark: the first `{}` between the name and the next content. */
function emptyArguments(text: string, { value }: ChatPiece, gap: Range): Range | undefined {
  if (value === null || Object.keys(value).length > 0) return undefined;
  const found = /\{\s*\}/.exec(text.slice(gap.start, Math.min(gap.end, gap.start + 256)));
  if (found === null) return undefined;
  const start = gap.start + found.index;
  return { start, end: start + found[0].length };
}

function checkedPlace(text: string, piece: ChatPiece, near: Range | undefined): Range | null {
  if (near === undefined) return null;
  if (piece.value !== null) return argumentsPlace(text, piece, near);
  const shown = text.slice(near.start, near.end);
  return shown === piece.text || unescaped(shown) === piece.text ? near : null;
}

/** The whole JSON object around the marked texts; a template with its own syntax shows the texts only. */
function argumentsPlace(text: string, piece: ChatPiece, near: Range): Range | null {
  const before = /\{\s*"?$/.exec(text.slice(Math.max(0, near.start - 64), near.start));
  const start = before === null ? near.start : near.start - before[0].length;
  const end = text[start] === '{' ? endOfObject(text, start) : null;
  if (end !== null && sameJson(text.slice(start, end), piece.text)) return { start, end };
  return near.end > near.start ? near : null;
}

/** One past the brace that closes the object at `start`. */
function endOfObject(text: string, start: number): number | null {
  const token = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '{') depth++;
    if (match[0] === '}' && --depth === 0) return token.lastIndex;
  }
  return null;
}

function unescaped(shown: string): string | null {
  try {
    return JSON.parse(`"${shown}"`) as string;
  } catch {
    return null;
  }
}
