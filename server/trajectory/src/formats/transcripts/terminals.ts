import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { Lines } from '../../text/lines.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';
import { agentText } from '../shared/agentText.ts';
import { has, isBlank, partOf, sections, textOf, type Style } from './style.ts';

/** Claude Code's screen, as `/export` saves it and people copy it. */
export const claudeScreen: Style = {
  name: "Claude Code's screen",
  fits: (head) =>
    (head.includes('⏺') || head.includes('⎿')) &&
    has([], /^(?:⏺| {2}⎿ )/m, /^[⏺●] \S/m, /^(?:[>❯] \S| {2}⎿ )/m)(head),
  read(build, source, range) {
    for (const { mark, body } of marked(source, range)) screenPart(build, mark, body);
  },
};

type Mark = 'user' | 'agent' | 'result' | 'thought' | 'none';

const MARKS: readonly [RegExp, Mark][] = [
  [/^[>❯](?: |$)/, 'user'],
  [/^[⏺●] /, 'agent'],
  [/^ {2}⎿/, 'result'],
  [/^[✻∴✽] ?Thinking/, 'thought'],
];

/** Stretches from one mark at the start of a line to the next; what is not indented below one is nobody's. */
function* marked(source: Source, range: Range): Iterable<{ mark: Mark; body: Slice }> {
  const lines = new Lines(source.text, range.start, range.end);
  let open: { mark: Mark; start: number } = { mark: 'none', start: range.start };
  const closed = (end: number): { mark: Mark; body: Slice } => ({
    mark: open.mark,
    body: plainSlice(source, open.start, end),
  });
  while (lines.advance()) {
    const line = source.text.slice(lines.start, lines.end);
    const found = MARKS.find(([pattern]) => pattern.test(line));
    const isLoose = !found && open.mark !== 'none' && /^\S/.test(line);
    if (!found && !isLoose) continue;
    yield closed(lines.start);
    const length =
      found?.[1] === 'thought' ? line.length : (found?.[0].exec(line)?.[0].length ?? 0);
    open = { mark: found?.[1] ?? 'none', start: lines.start + length };
  }
  yield closed(range.end);
}

/** A tool by its name, with what it is given in brackets. */
const TOOL = /^([A-Za-z][\w-]*(?: - [\w:.-]+ \(MCP\)| [A-Z]\w+)?)\(([^]*)\)\s*$/;

function screenPart(build: Builder, mark: Mark, body: Slice): void {
  if (isBlank(body) && mark !== 'result') return;
  if (mark === 'user') build.outer(/^\s*\/\w/.test(textOf(body)) ? 'other' : 'task', body);
  else if (mark === 'agent') screenTurn(build, body);
  else if (mark === 'thought') {
    build.run();
    build.put('reasoning', body);
  } else if (mark === 'result' && build.awaitsResult) {
    build.result();
    build.put('observation', body);
  } else if (mark === 'result' && build.currentStep > 0) build.put('observation', body);
  else if (!isBlank(body)) build.outer('other', body);
}

function screenTurn(build: Builder, body: Slice): void {
  build.run();
  const found = TOOL.exec(textOf(body));
  if (!found) {
    build.say(body);
    return;
  }
  const [, name, args] = found;
  const argsAt = name!.length + 1;
  build.call({
    name: partOf(body, 0, name!.length),
    arguments: args === '' ? null : partOf(body, argsAt, argsAt + args!.length),
  });
}

/** What `codex exec` prints for people. */
export const codexScreen: Style = {
  name: "Codex's screen",
  fits: has(
    ['codex'],
    /^(?:\[\S+\] )?codex$/m,
    /^(?:\[\S+\] )?(?:exec\b|tokens used|thinking$|User instructions:|user$)/m,
  ),
  read(build, source, range) {
    for (const { heading, body } of sections(build, { source, range, heading: CODEX })) {
      const { role, exec, ended } = heading?.groups ?? {};
      if (role === 'exec' || exec !== undefined) codexCommand(build, body);
      else if (role !== undefined) codexPart(build, role, body);
      else if (ended !== undefined && build.awaitsResult) {
        build.result({ isError: ended !== 'succeeded' });
        build.put('observation', body);
      } else if (!isBlank(body)) build.outer('other', body);
    }
  },
};

/** Older versions say behind a command's section how it ended; newer ones on the command's last line. */
const CODEX =
  /^(?:\[\d[^\]\n]*\] )?(?:(?<role>user|User instructions:|codex|thinking|tokens used:?|exec)$|(?<exec>exec) (?=\S)|(?!.* in (?:\/|[A-Z]:\\))\S.*? (?<ended>succeeded|exited \d+|failed) in [\d.]+m?s:$)/gm;

const RAN = / in (?:\/|[A-Z]:\\)[^\n\r]*?(?: (succeeded|exited \d+|failed) in [\d.]+m?s:)?$/m;

/** The command up to where it ran, and in newer versions what it printed. */
function codexCommand(build: Builder, body: Slice): void {
  build.run();
  const found = RAN.exec(textOf(body));
  if (!found) {
    build.put('action', body);
    return;
  }
  build.put('action', partOf(body, 0, found.index));
  const rest = partOf(body, found.index + found[0].length, body.end - body.start);
  if (found[1] === undefined) return;
  build.result({ isError: found[1] !== 'succeeded' });
  build.put('observation', rest);
}

function codexPart(build: Builder, role: string, body: Slice): void {
  if (role === 'user' || role === 'User instructions:') build.outer('task', body);
  else if (role === 'thinking') {
    build.run();
    build.put('reasoning', body);
  } else if (role === 'codex') {
    build.run();
    agentText(build, body);
  } else if (!isBlank(body)) build.outer('other', body);
}

/** smolagents' console: steps under rules, code and what it printed. */
export const smolagentsScreen: Style = {
  name: "smolagents' console",
  fits: has(['━━', 'Step '], /^━+ Step \d+ ━+$/m),
  read(build, source, range) {
    const heading =
      /^(?:━+ Step \d+ ━+| ?─+ Executing (?:parsed|this) code: ─+ ?| ?─{20,} ?|╭─+ New run ─+╮|╰─[^\n]*╯|╭[^\n]*╮|Execution logs:|Observations:|Out(?: - Final answer)?:|Final answer:|\[Step \d+: Duration [^\n]*|(?:─ )?Output message of the LLM:[^\n]*)/gm;
    for (const { heading: found, body } of sections(build, { source, range, heading })) {
      consolePart(build, found?.[0] ?? '', body);
    }
  },
};

function consolePart(build: Builder, heading: string, body: Slice): void {
  if (isBlank(body)) return;
  if (heading.includes('New run')) boxed(build, body);
  else if (heading.includes('Executing')) {
    build.turn();
    build.put('action', body);
  } else if (heading.startsWith('╭') && /Calling tool:/.test(textOf(body))) {
    build.turn();
    toolBox(build, body);
  } else if (/^(?:Execution logs|Observations|Out)/.test(heading)) {
    if (build.awaitsResult) build.result();
    build.put('observation', body);
  } else if (heading.startsWith('Final answer')) {
    build.turn();
    build.put('answer', body);
  } else build.outer('other', body);
}

/** The text of a frame, line by line. */
function boxed(build: Builder, body: Slice): void {
  build.outer('task');
  for (const line of framed(body)) build.put('task', line);
}

function framed(body: Slice): Slice[] {
  return [...textOf(body).matchAll(/^│(.*)│[ \t]*$/gm)].map((found) =>
    partOf(body, found.index + 1, found.index + 1 + found[1]!.length),
  );
}

const CALLING = /Calling tool: '([^'\n]+)' with arguments: ([^│]*)/;

function toolBox(build: Builder, body: Slice): void {
  const found = CALLING.exec(textOf(body));
  if (!found) return;
  const nameAt = found.index + "Calling tool: '".length;
  const argsAt = found.index + found[0].length - found[2]!.length;
  build.call({
    name: partOf(body, nameAt, nameAt + found[1]!.length),
    arguments: partOf(body, argsAt, argsAt + found[2]!.length),
  });
}
