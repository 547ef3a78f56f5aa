import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { plainSlice, type Source } from '../../text/source.ts';
import { objectOf, valueJson } from './xmlCalls.ts';

const GLM_PAIR =
  /<(?:longcat_)?arg_key>([^<]*)<\/(?:longcat_)?arg_key>\s*<(?:longcat_)?arg_value>/g;
const GLM_END = /<\/(?:longcat_)?arg_value>/g;

/** GLM: the name, then `<arg_key>` and `<arg_value>` in turn. */
export function glmCall(build: Builder, source: Source, { start, end }: Range): boolean {
  const body = source.text.slice(start, end);
  const heads = [...body.matchAll(GLM_PAIR)];
  const first = heads[0];
  const name = first && body.slice(0, first.index).trim();
  if (!first || !name || /\s/.test(name)) return false;
  let last = first.index;
  const members = heads.map((head, i): [string, string] => {
    const from = head.index + head[0].length;
    const part = body.slice(from, heads[i + 1]?.index ?? body.length);
    GLM_END.lastIndex = 0;
    const close = GLM_END.exec(part);
    last = from + (close ? GLM_END.lastIndex : part.trimEnd().length);
    return [head[1]!.trim(), valueJson(part.slice(0, close?.index))];
  });
  build.call({
    name: plainSlice(source, start, start + first.index),
    arguments: plainSlice(source, start + first.index, start + last),
    json: objectOf(members),
  });
  return true;
}

/**
 * Kimi (`functions.name:0`, a mark, JSON) and DeepSeek (`function`, a mark, the name, JSON in a fence or
 * behind another mark): one call between marks, which stand in no span.
 */
export function markedCalls(build: Builder, source: Source, { start, end }: Range): boolean {
  const body = source.text.slice(start, end);
  const marks = [...body.matchAll(INNER_MARK)];
  if (marks.length === 0) return false;
  let from = 0;
  let parts: Range[] = [];
  const flush = (): void => {
    if (parts.length > 0) markedCall(build, source, parts);
    parts = [];
  };
  for (const mark of [...marks, null]) {
    const to = mark?.index ?? body.length;
    if (body.slice(from, to).trim() !== '') parts.push({ start: start + from, end: start + to });
    if (!mark) break;
    const name = mark[1]!.replace(/▁/g, '_');
    if (name === 'tool_call_begin' || name === 'tool_call_end') flush();
    from = mark.index + mark[0].length;
    build.label(plainSlice(source, start + mark.index, start + from));
  }
  flush();
  return true;
}

const INNER_MARK =
  /<[|｜](tool[▁_]call[▁_](?:begin|end)|tool[▁_]call[▁_]argument[▁_]begin|tool[▁_]sep)[|｜]>/g;

const KIMI_ID = /^\s*(functions\.)?([^\s:]+):\d+\s*$/;
const FENCED = /^(\s*[\w.:-]+\s*?)(?:\r?\n)```\w*[ \t]*(\r?\n)([^]*?)(?:\r?\n```\s*)?$/;

function markedCall(build: Builder, source: Source, parts: readonly Range[]): void {
  const text = (part: Range): string => source.text.slice(part.start, part.end);
  const named = parts.length > 1 && text(parts[0]!).trim() === 'function' ? parts.slice(1) : parts;
  const head = named[0]!;
  const id = KIMI_ID.exec(text(head));
  const fenced = named.length === 1 ? FENCED.exec(text(head)) : null;
  if (id) {
    const nameStart = head.start + text(head).indexOf(id[2]!, id[1]?.length ?? 0);
    build.call({
      id: text(head).trim(),
      name: plainSlice(source, nameStart, nameStart + id[2]!.length),
      arguments: named[1] ? plainSlice(source, named[1].start, named[1].end) : null,
    });
  } else if (fenced) {
    const nameEnd = head.start + fenced[1]!.length;
    const argsStart = head.start + fenced[0].indexOf(fenced[2]!, fenced[1]!.length + 4);
    const argsEnd = argsStart + fenced[2]!.length + fenced[3]!.length;
    build.call({
      name: plainSlice(source, head.start, nameEnd),
      arguments: plainSlice(source, argsStart, argsEnd),
    });
    build.label(plainSlice(source, nameEnd, argsStart));
    build.label(plainSlice(source, argsEnd, head.end));
  } else {
    build.call({
      name: plainSlice(source, head.start, head.end),
      arguments: named[1] ? plainSlice(source, named[1].start, named[1].end) : null,
    });
  }
}

const NAMED_BODY =
  /\s*(?:functions\.)?([A-Za-z_][\w.-]*)(?:\[CALL_ID\]([^[\s]*))?(?:\[ARGS\]|[ \t]*\r?\n(?=\{)|(?=\{))/y;

/** Mistral's `name[ARGS]{...}`, GLM-4's and functionary's `name` and JSON on the next line. */
export function namedBody(
  text: string,
  { start, end }: Range,
): { id: string | null; name: Range; body: number } | null {
  NAMED_BODY.lastIndex = start;
  const match = NAMED_BODY.exec(text);
  if (!match || NAMED_BODY.lastIndex > end) return null;
  const nameStart =
    start + match[0].indexOf(match[1]!, match[0].indexOf('functions.') === 0 ? 10 : 0);
  return {
    id: match[2] ?? null,
    name: { start: nameStart, end: nameStart + match[1]!.length },
    body: NAMED_BODY.lastIndex,
  };
}
