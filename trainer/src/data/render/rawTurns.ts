import type { Range } from '@deepcoder/trajectory';
import type { RawInput } from './renderRaw.ts';

/** What a server writes to hand the word to the agent. */
const AGENT_HEADER =
  /<\|im_start\|>assistant|<\|start_header_id\|>assistant<\|end_header_id\|>|\[\/INST\]|^\s*(assistant|ai|agent|gpt)\s*[:>]/i;

const END_OF_TURN =
  /^\s*(<\|im_end\|>|<\|eot_id\|>|<\|eom_id\|>|<\|end\|>|<end_of_turn>|<\/s>|<\|endoftext\|>)/;

/** A tag or fence that closes what the agent has opened. */
const CLOSING = /^\s*(<\/|```|~~~|\]|\}|<\|\/)/;

/**
 * Where the agent begins to write, in the gap before its first content: after the header that a server
 * writes, else at the labels of that content. A label above a blank line is a heading, not the agent's.
 */
export function openingStart({ text, labels, isForeign }: RawInput, gap: Range): number {
  const own = inside(labels, gap).reverse();
  const header = own.find((label) => AGENT_HEADER.test(text.slice(label.start, label.end)));
  let start = gap.end;
  for (const [i, label] of own.entries()) {
    if (label === header) return afterLineBreak(text, label.end, start);
    const shown = text.slice(label.start, label.end);
    if (isForeign(shown) || END_OF_TURN.test(shown)) break;
    const between = text.slice(label.end, start);
    if (i > 0 && header === undefined && !/^[^\S\n]*\n?[^\S\n]*$/.test(between)) break;
    start = label.start;
  }
  return start;
}

/**
 * Where the agent's turn ends, in the gap after its last content: after the tags that it closes and
 * its end-of-turn token, or after the line breaks that make way for the next label.
 */
export function closingEnd(
  { text, labels, isForeign }: RawInput,
  gap: Range & { isLast: boolean },
): number {
  let end = gap.start;
  let limit = gap.end;
  for (const label of inside(labels, gap)) {
    const shown = text.slice(label.start, label.end);
    if (END_OF_TURN.test(shown)) return label.start + END_OF_TURN.exec(shown)![0].length;
    if (isForeign(shown) || AGENT_HEADER.test(shown) || !CLOSING.test(shown)) {
      limit = label.start;
      break;
    }
    end = label.end;
  }
  const eot = END_OF_TURN.exec(text.slice(end, limit));
  if (eot !== null) return end + eot[0].length;
  // A quote or bracket that closes what the agent has opened stands in no label everywhere.
  const blank = /^[`"')\]}]*\s*/.exec(text.slice(end, limit))![0];
  // Blank lines after the last turn are the file's, not the agent's.
  const isOpenEnd = gap.isLast || end + blank.length === gap.end;
  return end + (isOpenEnd ? firstLineBreak(blank) : blank.length);
}

/** Whether a text ends with a token that ends a turn. */
export function endsTurn(text: string): boolean {
  return END_OF_TURN.test(text.slice(text.lastIndexOf('<')));
}

/** Labels are sorted; a file can have many thousands. */
function inside(labels: readonly Range[], gap: Range): Range[] {
  let [low, high] = [0, labels.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (labels[middle]!.start < gap.start) low = middle + 1;
    else high = middle;
  }
  const found: Range[] = [];
  for (let i = low; i < labels.length && labels[i]!.end <= gap.end; i++) found.push(labels[i]!);
  return found;
}

function afterLineBreak(text: string, from: number, limit: number): number {
  return Math.min(limit, from + firstLineBreak(/^\s*/.exec(text.slice(from, limit))![0]));
}

/** Length up to and including the first line break, or of all. */
function firstLineBreak(blank: string): number {
  const found = /\r\n|\n|\r/.exec(blank);
  return found === null ? blank.length : found.index + found[0].length;
}
