import type { Range } from '@deepcoder/vocabulary';
import { isJson } from '../../json/isJson.ts';
import type { Builder } from '../../assemble/builder.ts';
import { isJsonNumber } from '../../text/pythonLiteral.ts';
import { plainSlice, type Source } from '../../text/source.ts';

/** What stands in a call that is written as XML: its arguments as one range, and as JSON. */
export interface XmlArguments {
  range: Range | null;
  json: string | null;
}

const PREFIX = '(?:antml:|minimax:|seed:|[|｜]DSML[|｜])?';

/** `<function=name>` (Qwen, OpenHands), `<invoke name="name">` (Anthropic, MiniMax, DeepSeek). */
const HEAD = new RegExp(
  `<${PREFIX}(?:function=["']?([^<>\\s"'/]+)["']?|(?:function|invoke|tool|tool_call) name=["']([^<>\\s"']+)["'])[^\\S\\n\\r]*(/?)>`,
  'g',
);

/** Calls that name themselves in a tag. False where there is none. */
export function xmlCalls(build: Builder, source: Source, { start, end }: Range): boolean {
  const body = source.text.slice(start, end);
  const heads = [...body.matchAll(HEAD)];
  heads.forEach((head, i) => {
    const name = head[1] ?? head[2]!;
    const nameStart = start + head.index + head[0].indexOf(name);
    const from = head.index + head[0].length;
    const limit = heads[i + 1]?.index ?? body.length;
    const close = new RegExp(`</${PREFIX}(?:function|invoke|tool|tool_call)>`).exec(
      body.slice(from, limit),
    );
    const inner = { start: start + from, end: start + (close ? from + close.index : limit) };
    xmlCall(build, source, {
      name: { start: nameStart, end: nameStart + name.length },
      inner: head[3] === '/' ? { start: inner.start, end: inner.start } : inner,
    });
  });
  return heads.length > 0;
}

export function xmlCall(
  build: Builder,
  source: Source,
  { name, inner }: { name: Range; inner: Range },
): void {
  const { range, json } = xmlArguments(source.text, inner);
  build.call({
    name: plainSlice(source, name.start, name.end),
    arguments: range && plainSlice(source, range.start, range.end),
    json,
  });
}

const PARAMETER = new RegExp(
  `<${PREFIX}(?:parameter|param|arg)(?:=["']?([^<>\\s"']+)["']?|\\s+name=["']([^<>"']+)["']([^<>]*))>`,
  'g',
);
const PARAMETER_END = new RegExp(`</${PREFIX}(?:parameter|param|arg)>`, 'g');

/** Parameters by their tags, else elements by their names, else JSON or text as it stands. */
export function xmlArguments(text: string, inner: Range): XmlArguments {
  const body = text.slice(inner.start, inner.end);
  if (body.trim() === '') return { range: null, json: '{}' };
  const shift = ({ start, end, members }: Members): XmlArguments => ({
    range: { start: inner.start + start, end: inner.start + end },
    json: objectOf(members),
  });
  const found = parameters(body) ?? elements(body);
  return found ? shift(found) : { range: inner, json: null };
}

interface Members extends Range {
  members: [key: string, json: string][];
}

function parameters(body: string): Members | null {
  const heads = [...body.matchAll(PARAMETER)];
  if (heads.length === 0) return null;
  const members: Members['members'] = [];
  let last = 0;
  heads.forEach((head, i) => {
    const from = head.index + head[0].length;
    const limit = heads[i + 1]?.index ?? body.length;
    const part = body.slice(from, limit);
    PARAMETER_END.lastIndex = 0;
    const close = PARAMETER_END.exec(part);
    last = from + (close ? close.index + close[0].length : part.trimEnd().length);
    const isText = /string=["']true/.test(head[3] ?? '');
    const value = part.slice(0, close?.index);
    members.push([head[1] ?? head[2]!, isText ? JSON.stringify(value) : valueJson(value)]);
  });
  return { start: heads[0]!.index, end: last, members };
}

const CHILD = /\s*<([A-Za-z_][\w.-]*)>/y;

/** `<path>a</path><line>3</line>` and nothing else. */
function elements(body: string): Members | null {
  const members: Members['members'] = [];
  let at = 0;
  let end = 0;
  for (;;) {
    CHILD.lastIndex = at;
    const head = CHILD.exec(body);
    if (!head) break;
    const closing = `</${head[1]!}>`;
    const close = body.indexOf(closing, CHILD.lastIndex);
    const valueEnd = close < 0 ? body.length : close;
    members.push([head[1]!, valueJson(body.slice(CHILD.lastIndex, valueEnd))]);
    end = close < 0 ? body.trimEnd().length : close + closing.length;
    at = close < 0 ? body.length : end;
  }
  if (members.length === 0 || body.slice(at).trim() !== '') return null;
  return { start: body.length - body.trimStart().length, end, members };
}

export function objectOf(members: readonly [key: string, json: string][]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join(', ')}}`;
}

/** Without a schema: what reads as a JSON object, array, number or truth value is one, all else a string. */
export function valueJson(raw: string): string {
  const value = raw.replace(/^(?:\r\n|\n|\r)/, '').replace(/(?:\r\n|\n|\r)$/, '');
  const trimmed = withoutBlanks(value);
  if (trimmed === 'true' || trimmed === 'false' || isJsonNumber(trimmed)) return trimmed;
  if (/^[{[]/.test(trimmed) && isJson(trimmed)) return trimmed;
  return JSON.stringify(value);
}

/** Only what JSON counts as blank: other spaces are content. */
function withoutBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isJsonBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isJsonBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isJsonBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
