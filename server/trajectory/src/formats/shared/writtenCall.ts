import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { scanJson } from '../../json/scanJson.ts';
import { plainSlice, type Source } from '../../text/source.ts';
import { brokenJsonCall, jsonCalls } from '../calls/jsonCalls.ts';
import { glmCall, markedCalls, namedBody } from '../calls/markedCalls.ts';
import { pythonCalls } from '../calls/pythonCalls.ts';
import { xmlArguments, xmlCalls } from '../calls/xmlCalls.ts';

/** `elsewhere`: the calls in the text are copies of ones that are listed apart. */
export type WhichCalls = 'here' | 'elsewhere';

/**
 * The body of a call's tag or mark, in any of the ways that models write it: JSON or Python with name and
 * arguments, `<function=name>` or `<invoke name>` with parameters, GLM's pairs, Kimi's and DeepSeek's
 * marks, `name` before JSON; else text, which is the action as it stands. Returns where it ends.
 */
export function writtenCall(build: Builder, source: Source, range: Range): number {
  const { text } = source;
  const { start, end } = unfenced(text, range);
  const body = { start: contentStart(text, start, end), end };
  const kindMark = KIND_MARK_IN.exec(text.slice(start, body.start));
  if (kindMark) {
    const at = start + kindMark.index;
    build.label(plainSlice(source, at, at + kindMark[0].length));
  }
  if (body.start >= end) return range.end;
  const first = text[body.start]!;
  const listed =
    first === '{' || first === '['
      ? (jsonCalls(build, source, body) ?? pythonCalls(build, source, body))
      : null;
  if (listed !== null) return listed;
  if ((first === '{' || first === '[') && brokenJsonCall(build, source, body)) return range.end;
  if (glmCall(build, source, body) || markedCalls(build, source, body)) return range.end;
  if (xmlCalls(build, source, body) || namedElements(build, source, body)) return range.end;
  const named = namedCalls(build, source, body);
  if (named !== null) return named;
  if (/^[A-Za-z_][\w.-]*\(/.test(text.slice(body.start, body.start + 100))) {
    const called = pythonCalls(build, source, body);
    if (called !== null) return called;
  }
  const bare = /^[A-Za-z_][\w.-]*$/.test(text.slice(body.start, end).trim());
  if (bare) build.call({ name: plainSlice(source, body.start, end), json: '{}' });
  else build.put('action', plainSlice(source, body.start, end));
  return range.end;
}

/** The inside of a fence that is all there is. */
function unfenced(text: string, { start, end }: Range): Range {
  const body = text.slice(start, end);
  const opening = /^\s*```\w*[ \t]*\r?\n/.exec(body);
  const closing = opening && /\n[ \t]*```\s*$/.exec(body.slice(opening[0].length - 1));
  if (!opening || !closing) return { start, end };
  return {
    start: start + opening[0].length,
    end: start + opening[0].length - 1 + closing.index,
  };
}

const KIND_MARK_IN = /<\|\w+\|>/;
const KIND_MARK = /<\|(?:plugin|interpreter)\|>/y;

/** InternLM says first what kind of call it is. */
function contentStart(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && /\s/.test(text[at]!)) at += 1;
  KIND_MARK.lastIndex = at;
  if (!KIND_MARK.test(text)) return at;
  at = KIND_MARK.lastIndex;
  while (at < end && /\s/.test(text[at]!)) at += 1;
  return at;
}

/** `name[ARGS]{...}`, several with the mark between, or `name` and JSON below it. */
function namedCalls(build: Builder, source: Source, { start, end }: Range): number | null {
  const { text } = source;
  const head = namedBody(text, { start, end });
  if (!head) return null;
  const { value } = scanJson(source, head.body, end);
  const isJson = value?.type === 'object';
  const argsEnd = isJson ? value.end : end;
  const { id, name } = head;
  build.call({
    id,
    name: plainSlice(source, name.start, name.end),
    arguments: plainSlice(source, isJson ? value.start : head.body, argsEnd),
  });
  return argsEnd;
}

const NAME_ELEMENT = /<(tool_name|name)>([^<>]*)<\/\1>/;

/** `<tool_name>` beside `<parameters>` or `<arguments>`: older Anthropic markup, Cline's MCP tools. */
export function namedElements(build: Builder, source: Source, { start, end }: Range): boolean {
  const body = source.text.slice(start, end);
  const name = NAME_ELEMENT.exec(body);
  if (!name || name[2]!.trim() === '') return false;
  const nameStart = start + name.index + name[1]!.length + 2;
  const opening = /<(arguments|parameters|args)>/.exec(body);
  const from = opening ? opening.index + opening[0].length : 0;
  const close = opening ? body.indexOf(`</${opening[1]!}>`, from) : -1;
  const inner = { start: start + from, end: close < 0 ? end : start + close };
  const { range, json } = opening ? xmlArguments(source.text, inner) : { range: null, json: '{}' };
  build.call({
    name: plainSlice(source, nameStart, nameStart + name[2]!.length),
    arguments: range && plainSlice(source, range.start, range.end),
    json,
  });
  return true;
}
