import type { ChatTemplate } from '../data/render/chatTemplate.ts';
import { wholeTags } from '../data/render/templateTraits.ts';
import { emptyThought } from '../data/render/thinkTags.ts';
import { commonPrefix } from '../data/render/turnStops.ts';
import { type PromptRequest, shownWith } from './chatPrompt.ts';
import { chatReader } from './chatReader.ts';

/** How a turn that calls is written: the texts around a call's name and its arguments, which are JSON. */
export interface CallForm {
  before: string;
  between: string;
  /** Up to where the turn ends. */
  after: string;
  /** From the arguments of one call to the name of the next; null: no text that is always the same leads there. */
  toNext: string | null;
}

const NAMES = ['Pname0', 'Pname1', 'Pname2'] as const;
const ARGUMENTS = '{"Pkey0":"Pvalue0"}';

/**
 * The form of a template, found out by having it show calls behind the conversation. Null where it writes arguments
 * otherwise than as JSON, or a call in which is not read back.
 */
export function callForm(
  template: ChatTemplate,
  request: PromptRequest,
  prompt: string,
): CallForm | null {
  const parts = (count: number): string[] | null => {
    const turn = shownCalls(template, request, { prompt, names: NAMES.slice(0, count) });
    return turn === null ? null : partsOf(turn, NAMES.slice(0, count));
  };
  const single = parts(1);
  if (single === null) return null;
  const [before, between, rest] = single as [string, string, string];
  const three = parts(3);
  const isRegular = three !== null && three[0] === before && three[2] === three[4];
  const { token, isNextMark } = (template.forTools ?? template).traits.stops.call;
  const end = token === null || isNextMark ? -1 : rest.lastIndexOf(token);
  const after = end < 0 ? rest.trimEnd() : rest.slice(0, end);
  const form = { before, between, after, toNext: isRegular ? three[2]! : null };
  return isReadBack(form, template) ? form : null;
}

/** Whether a call in this form is one for who reads the answer. */
function isReadBack({ before, between, after }: CallForm, { traits }: ChatTemplate): boolean {
  const options = { tags: traits.thinkTags, isThinking: false, hasTools: true };
  const reader = chatReader(options);
  reader.push(`${before}${NAMES[0]}${between}${ARGUMENTS}${after}`);
  const [call] = reader.end().calls;
  return call?.name === NAMES[0] && call.arguments === ARGUMENTS;
}

/** What the agent itself would have written, without a thought that is empty. */
function shownCalls(
  template: ChatTemplate,
  request: PromptRequest,
  { prompt, names }: { prompt: string; names: readonly string[] },
): string | null {
  const shown = shownWith(template, request, {
    ...{ role: 'assistant', content: null, reasoning: null, toolCallId: null },
    toolCalls: names.map((name) => ({ id: name, name, arguments: ARGUMENTS })),
  });
  if (shown === null) return null;
  const turn = shown.slice(wholeTags(commonPrefix(prompt, shown)).length);
  const { thinkTags } = (template.forTools ?? template).traits;
  return turn.slice(emptyThought(turn, thinkTags));
}

/** The texts before, between and after names and arguments, in their order. */
function partsOf(turn: string, names: readonly string[]): string[] | null {
  const parts: string[] = [];
  let rest = turn;
  for (const name of names) {
    const at = rest.indexOf(name);
    if (at < 0) return null;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + name.length);
    const json = /\{\s*"Pkey0"\s*:\s*"Pvalue0"\s*\}/.exec(rest);
    if (json === null) return null;
    parts.push(rest.slice(0, json.index));
    rest = rest.slice(json.index + json[0].length);
  }
  return [...parts, rest];
}
