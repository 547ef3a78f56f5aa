import { firstWhere } from '../firstWhere.ts';
import type { Span } from '@deepcoder/trajectory';
import type { Range } from '@deepcoder/vocabulary';
import type { IsForeign } from './foreignLabels.ts';

/** What a server writes to hand the word to the agent. */
const AGENT_HEADER = new RegExp(
  [
    String.raw`<\|im_start\|>assistant`,
    String.raw`<\|im_assistant\|>`,
    String.raw`<\|(?:start_header_id|header_start)\|>assistant`,
    String.raw`<start_of_turn>model`,
    String.raw`<\|assistant\|>`,
    String.raw`<[|｜]Assistant[|｜]>`,
    String.raw`<\|start\|>assistant`,
    String.raw`<\|CHATBOT_TOKEN\|>`,
    String.raw`<\|start_of_role\|>assistant`,
    String.raw`<beginning_of_sentence>ai\b`,
    String.raw`\]~b\]ai\b`,
    String.raw`\[/INST\]`,
    String.raw`^### (?:Response|Assistant):`,
    String.raw`^\s*(?:assistant|ai|agent|gpt|falcon)\s*[:>]`,
  ].join('|'),
  'i',
);

const END_MARKS = [
  String.raw`<\|(?:im_end|eot_id|eom_id|eot|eom|end|call|return|endoftext|end_of_text)\|>`,
  String.raw`<\|END_OF_TURN_TOKEN\|>`,
  String.raw`<[|｜]end[▁_]of[▁_]sentence[|｜]>`,
  String.raw`<(?:end_of_turn|end_of_sentence|eos|EOS_TOKEN|/s)>`,
  String.raw`\[e~\[`,
  String.raw`\[EOS\]`,
].join('|');
const END_OF_TURN = new RegExp(`^\\s*(?:${END_MARKS})`);
const ENDS_TURN = new RegExp(`(?:${END_MARKS}|<\\|(?:user|observation)\\|>)\\s*$`);

/** GLM ends its turn with the mark of whose turn is next. */
const NEXT_TURN = /^<\|(?:user|observation)\|>/;

/** A tag or fence that closes what the agent has opened. */
const CLOSING =
  /^\s*(?:<\/|```|~~~|\]|\}|<\|\/|\[\/THINK|<[|｜](?:tool[▁_]calls?[▁_](?:section[▁_])?end|END_|end_of_(?:thought|solution)|python_end|tools_suffix|action_end))/;

/** What closes a result that a template puts directly before the agent's next words. */
const END_OF_RESULT = /^\s*(?:<[|｜]tool[▁_]outputs?[▁_]end|\[\/TOOL_RESULTS|<\|END_TOOL_RESULT)/;

/**
 * Where the agent begins to write, in the gap before its first content: after the header that a server
 * writes, else at the labels of that content. A label above a blank line is a heading, not the agent's.
 */
export function openingStart({ text, labels, isForeign }: RawInput, gap: Range): number {
  const own = inside(labels, gap).reverse();
  const header = own.find((label) => AGENT_HEADER.test(text.slice(label.start, label.end)));
  let start = gap.end;
  for (const [i, label] of own.entries()) {
    if (label === header) return afterHeader(text, label, start);
    const shown = text.slice(label.start, label.end);
    if (END_OF_RESULT.test(shown) || isForeign(shown) || END_OF_TURN.test(shown)) break;
    const between = text.slice(label.end, start);
    if (i > 0 && header === undefined && !/^[^\S\n]*(?:\n[^\S\n]*)?$/.test(between)) break;
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
    const next = label.start === end ? NEXT_TURN.exec(shown) : null;
    if (next) return label.start + next[0].length;
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
  return ENDS_TURN.test(text.slice(-64));
}

/** Labels are sorted; a file can have many thousands. */
function inside(labels: readonly Range[], gap: Range): Range[] {
  const first = firstWhere(labels.length, (index) => labels[index]!.start >= gap.start);
  const found: Range[] = [];
  for (let i = first; i < labels.length && labels[i]!.end <= gap.end; i++) found.push(labels[i]!);
  return found;
}

const LLAMA_3 = /<\|(?:end_header_id|header_end)\|>\s*$/;
const GLM = /\[gMASK\]\s?<sop>/;
/** Where a text says which of the templates with `<|assistant|>` rendered it. */
const HEAD = 1 << 12;

/** Behind the line breaks that a server writes with a header: Llama 3's two, none of GLM's, else one. */
function afterHeader(text: string, label: Range, limit: number): number {
  const shown = text.slice(label.start, label.end);
  const from = label.start + shown.trimEnd().length;
  const isGlm = /<\|assistant\|>\s*$/.test(shown) && GLM.test(text.slice(0, HEAD));
  if (isGlm) return from;
  const blank = /^\s*/.exec(text.slice(from, limit))![0];
  const one = firstLineBreak(blank);
  const both = LLAMA_3.test(shown) ? one + firstLineBreak(blank.slice(one)) : one;
  return Math.min(limit, from + both);
}

/** Length up to and including the first line break, or of all. */
function firstLineBreak(blank: string): number {
  const found = /\r\n|\n|\r/.exec(blank);
  return found === null ? blank.length : found.index + found[0].length;
}

export interface RawInput {
  /** The whole file. */
  text: string;
  spans: readonly Span[];
  labels: readonly Range[];
  isForeign: IsForeign;
}
