import type { Builder } from '../../assemble/builder.ts';
import { Fences } from '../../text/fences.ts';
import { Finder, type Found } from '../../text/finder.ts';
import { isJsonNumber, readPython, type PyNode } from '../../text/pythonLiteral.ts';
import { plainSlice, type Slice } from '../../text/source.ts';
import { agentText } from '../shared/agentText.ts';
import { has, isBlank, partOf, sections, textOf, type Style } from './style.ts';

/** LangChain's and LangGraph's `pretty_print`. */
export const prettyPrints: Style = {
  name: 'messages as LangGraph prints them',
  fits: has(['====', 'Message =='], /^={4,} (?:Human|Ai|System) Message ={4,}$/m),
  read(build, source, range) {
    const heading = /^={4,} (Human|Ai|System|Tool|Function|Chat|Remove) Message ={4,}$/gm;
    for (const { heading: found, body } of sections(build, { source, range, heading })) {
      const role = found?.[1];
      if (role === undefined) other(build, body);
      else if (role === 'Human') build.outer('task', body);
      else if (role === 'System') build.outer('system', body);
      else if (role === 'Ai') printedTurn(build, body);
      else if (role === 'Tool' || role === 'Function') printedResult(build, body);
      else other(build, body);
    }
  },
};

function other(build: Builder, body: Slice): void {
  if (!isBlank(body)) build.outer('other', body);
}

const CALLS = /^Tool Calls:[ \t]*$/m;
const CALL = /^ {2}(\S.*?) \(([^()\n]*)\)\r?\n Call ID: ?(.*)\r?\n {2}Args:[ \t]*$/gm;

function printedTurn(build: Builder, body: Slice): void {
  build.run();
  const calls = CALLS.exec(textOf(body));
  const said = partOf(body, 0, calls?.index ?? body.end - body.start);
  agentText(build, said, calls ? { calls: 'elsewhere' } : {});
  if (!calls) return;
  const range = { start: said.end + calls[0].length, end: body.end };
  build.label(plainSlice(body.source, said.end, range.start));
  for (const { heading, body: args } of sections(build, {
    ...{ source: body.source, range, heading: CALL },
  })) {
    if (!heading) continue;
    const nameAt = heading.index + 2;
    build.call({
      id: heading[3]!.trim(),
      name: plainSlice(body.source, nameAt, nameAt + heading[1]!.length),
      arguments: args,
      json: printedArguments(textOf(args)),
    });
  }
}

/** One a line, as Python prints values; what is no other literal is a string. */
function printedArguments(text: string): string {
  const members = text.split(/\r?\n(?= {4}[\w$-]+:)/).flatMap((line) => {
    const found = /^\s*([\w$-]+): ?([^]*)$/.exec(line);
    return found ? [`${JSON.stringify(found[1]!)}: ${printedValue(found[2]!)}`] : [];
  });
  return `{${members.join(', ')}}`;
}

function printedValue(written: string): string {
  const text = written.replace(/\r?\n$/, '');
  const isLiteral = /^(?:[[{].*[\]}]|True|False|None)$/s.test(text) || isJsonNumber(text);
  const value = isLiteral ? readPython(text, 0, text.length) : null;
  return value?.end === text.length ? value.json : JSON.stringify(text);
}

const NAMED = /^\s*Name: ?(.*)\r?\n/;

function printedResult(build: Builder, body: Slice): void {
  const named = NAMED.exec(textOf(body));
  const start = named?.[0].length ?? 0;
  build.label(partOf(body, 0, start));
  build.result({ name: named?.[1]?.trim() ?? null });
  build.put('observation', partOf(body, start, body.end - body.start));
}

/** AutoGen's console from 0.4 on: messages and events by class, calls as Python prints them. */
export const consoleEvents: Style = {
  name: "AutoGen's console",
  fits: has(['---------- ', 'Message ('], /^-{10} \w+Message \(.+\) -{10}$/m),
  read(build, source, range) {
    const heading = /^-{10} (\w+)(?: \((.+)\))? -{10}$/gm;
    for (const { heading: found, body } of sections(build, { source, range, heading })) {
      const [, type = '', who = ''] = found ?? [];
      if (type === 'ThoughtEvent') {
        build.run();
        build.put('reasoning', body);
      } else if (type === 'ToolCallRequestEvent') requested(build, body);
      else if (type === 'ToolCallExecutionEvent') executed(build, body);
      else if (/^(?:Text|MultiModal|Handoff|Stop)Message$/.test(type)) {
        if (who === 'user') build.outer('task', body);
        else {
          build.run();
          agentText(build, body);
        }
      } else other(build, body);
    }
  },
};

function literalIn({ source, start, end }: Slice): readonly PyNode[] {
  return readPython(source.text, start, end)?.items ?? [];
}

function argument({ keys, items }: PyNode, name: string): PyNode | null {
  return items[keys.indexOf(name)] ?? null;
}

function requested(build: Builder, body: Slice): void {
  build.run();
  const slice = (node: PyNode | null): Slice | null =>
    node && plainSlice(body.source, node.inner.start, node.inner.end);
  for (const one of literalIn(body)) {
    const args = argument(one, 'arguments');
    build.call({
      id: argument(one, 'id')?.text ?? null,
      name: slice(argument(one, 'name')),
      arguments: slice(args),
      json: args?.text ?? null,
    });
  }
}

function executed(build: Builder, body: Slice): void {
  for (const one of literalIn(body)) {
    const content = argument(one, 'content');
    build.result({
      callId: argument(one, 'call_id')?.text ?? null,
      name: argument(one, 'name')?.text ?? null,
      isError: argument(one, 'is_error')?.text === 'True',
    });
    if (!content) continue;
    const inner = content.type === 'string' ? content.inner : content;
    build.put('observation', plainSlice(body.source, inner.start, inner.end));
  }
}

/** AutoGen up to 0.2, and AG2: who speaks to whom, with calls and results in frames of asterisks. */
export const spokenTurns: Style = {
  name: "AutoGen's chat",
  fits: has(['(to ', '\n----'], /^\S.{0,60} \(to .{1,60}\):$/m, /^-{80}$/m),
  read(build, source, range) {
    const heading =
      /^(\S.{0,60}) \(to .{1,60}\):$|^-{80}$|^>{8} (?:EXECUTING|USING|NO HUMAN)[^\n]*(?:\nCall ID: [^\n]*)?(?:\nInput arguments: [^\n]*)?$/gm;
    let asks: string | null = null;
    for (const { heading: found, body } of sections(build, { source, range, heading })) {
      const who = found?.[1];
      if (who === undefined) other(build, body);
      else {
        asks ??= who;
        if (isBlank(body)) continue;
        if (who !== asks) spokenTurn(build, body);
        else if (build.currentStep === 0) build.outer('task', body);
        else spokenResult(build, body);
      }
    }
  },
};

const SUGGESTED =
  /^\*{5} Suggested (?:tool|function) call(?: \(([^)\n]*)\))?: (\S+) \*{5,}\r?\nArguments:[ \t]*\r?\n/gm;
const ANSWERED = /^\*{5} Response from calling (?:tool|function)(?: \(([^\n]*)\))? \*{5,}\r?\n/gm;
const FRAME_END = /\r?\n\*{5,}[ \t]*$/gm;

interface Frame {
  heading: Found;
  content: Slice;
}

/** What stands in frames of asterisks; a heading without an end is text. */
function framesIn({ source, start, end }: Slice, pattern: RegExp): Frame[] {
  const headings = new Finder(source.text, pattern);
  const ends = new Finder(source.text, FRAME_END);
  const frames: Frame[] = [];
  for (let at = start; ;) {
    const heading = headings.next(at, end);
    // The line break before the end may be that of the heading.
    const closing = heading && ends.next(heading.end - 1, end);
    if (!closing) return frames;
    const content = plainSlice(source, heading.end, Math.max(heading.end, closing.start));
    frames.push({ heading, content });
    at = closing.end;
  }
}

function spokenTurn(build: Builder, body: Slice): void {
  build.run();
  const calls = framesIn(body, SUGGESTED);
  const said = plainSlice(body.source, body.start, calls[0]?.heading.start ?? body.end);
  if (calls.length > 0) agentText(build, said, { calls: 'elsewhere' });
  else withCode(build, said);
  for (const { heading, content } of calls) {
    const [whole = '', id = null, name = ''] = heading.groups;
    const nameAt = heading.start + whole.indexOf(`: ${name} `) + 2;
    build.call({
      id,
      name: plainSlice(body.source, nameAt, nameAt + name.length),
      arguments: content,
    });
  }
}

/** Whoever executes code runs the blocks that have a language. */
function withCode(build: Builder, body: Slice): void {
  const { source } = body;
  const fences = new Fences(source.text);
  let at = body.start;
  for (let fence = fences.next(at, body.end); fence; fence = fences.next(at, body.end)) {
    const isCode = /^(?:python|py|bash|sh|shell|pwsh|powershell)\b/.test(fence.info);
    if (isCode) {
      build.say(plainSlice(source, at, fence.start));
      build.put('action', plainSlice(source, fence.content.start, fence.content.end));
    } else build.say(plainSlice(source, at, fence.end));
    at = fence.end;
  }
  const rest = plainSlice(source, at, body.end);
  if (at === body.start) agentText(build, rest);
  else build.say(rest);
}

function spokenResult(build: Builder, body: Slice): void {
  const answers = framesIn(body, ANSWERED);
  for (const { heading, content } of answers) {
    build.result({ callId: heading.groups[1] ?? null });
    build.put('observation', content);
  }
  if (answers.length > 0) return;
  if (!build.awaitsResult && !/^\s*exitcode: /.test(textOf(body))) {
    build.outer('task', body);
    return;
  }
  build.result();
  build.put('observation', body);
}
