import type { Builder } from '../../assemble/builder.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../../text/source.ts';
import { beginningOf } from '../../text/beginning.ts';
import { trim } from '../../text/trim.ts';
import { dropLabel } from './labels.ts';

/** Tags around what a tool gave, as models without a tool role are sent it. */
const TAGS = [
  ...['tool_response', 'TOOL_RESPONSE', 'tool_result', 'tool_results', 'tool_output'],
  ...['function_response', 'function_result', 'function_results', 'function_output'],
  ...['execution_result', 'execution_results', 'information', 'observation'],
];
const OPEN = new RegExp(`<(${TAGS.join('|')})(?:\\s[^<>]*)?>`, 'y');
/** It says whose result it is, so it stays a part of it. */
const HEADER = /EXECUTION RESULT of \[|\[[A-Za-z]\w*(?: [^\n]*)?\] Result:/y;
const LABEL = /(?:OBSERVATION|Observation|TOOL RESULT|Tool result|Tool Result)[ \t]*:/y;
const BEGINNING = new RegExp([HEADER, OPEN, LABEL].map(({ source }) => source).join('|'), 'y');

/** Whether a user's text begins as results do that come in the user's name. */
export function isSpokenResult(slice: Slice): boolean {
  const beginning = beginningOf(slice);
  BEGINNING.lastIndex = 0;
  return BEGINNING.test(beginning);
}

/** A user's text as results: each in its tags, or all of it without its label. */
export function spokenResult(build: Builder, slice: Slice): void {
  putResults(build, slice, () => build.result());
}

/** A result that has a message of its own, without the tags or the label that say once more what it is. */
export function resultText(build: Builder, slice: Slice): void {
  if (isSpokenResult(slice)) putResults(build, slice, () => undefined);
  else build.put('observation', slice);
}

function putResults(build: Builder, slice: Slice, open: () => void): void {
  const source = decodedSource(slice);
  let at = skipBlank(source.text, 0);
  const results = taggedResults(source, at);
  for (const { start, end, next, ...tag } of results) {
    build.label(plainSlice(source, tag.open, start));
    open();
    build.put('observation', plainSlice(source, start, end));
    build.label(plainSlice(source, end, next));
    at = next;
  }
  const rest = plainSlice(source, at, source.text.length);
  if (results.length > 0 && !trim(rest)) return;
  if (results.length === 0) open();
  build.put('observation', dropLabel(build, rest, LABEL));
}

interface Tagged {
  open: number;
  start: number;
  end: number;
  next: number;
}

/** Results in tags, one after the other from `at` on. */
function taggedResults({ text }: Source, at: number): Tagged[] {
  const found: Tagged[] = [];
  for (let open = at; ;) {
    OPEN.lastIndex = open;
    const match = OPEN.exec(text);
    if (!match) return found;
    const start = open + match[0].length;
    const tag = `</${match[1]!}>`;
    const close = text.indexOf(tag, start);
    const end = close < 0 ? text.length : close;
    const next = close < 0 ? end : close + tag.length;
    found.push({ open, start, end, next });
    open = skipBlank(text, next);
  }
}

function skipBlank(text: string, from: number): number {
  const blank = /\s*/y;
  blank.lastIndex = from;
  blank.exec(text);
  return blank.lastIndex;
}
