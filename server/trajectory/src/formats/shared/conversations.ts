import type { Range } from '@deepcoder/vocabulary';
import type { JsonNode } from '../../json/jsonTree.ts';
import { atomsOf, beyond, startsWith, withThoughts } from './atoms.ts';
import { messagesOf, plainMessages, toolsOf } from './spanMessages.ts';
import { runMessages, toolRun, withResults, type ToolRun } from './toolRuns.ts';
import type { TraceMessage } from './traceMessages.ts';
import type { TraceSpan } from './traceSpans.ts';

/** One agent's run, put together from the calls of its model. */
export interface Conversation {
  span: TraceSpan;
  start: number;
  end: number;
  messages: TraceMessage[];
  tools: string | null;
}

interface Draft extends Conversation {
  atoms: string[];
  known: Set<string>;
}

/** One model call: what it was given and what came of it, also as atoms that can be compared. */
interface Call {
  span: TraceSpan;
  input: TraceMessage[];
  all: TraceMessage[];
  inputAtoms: string[];
  isPlain: boolean;
  atoms: string[];
}

/**
 * The conversations in a trace. Calls mostly repeat what came before: of these the longest counts. A call
 * that gives only its own step goes on with the run that it belongs to; spans around the model's calls
 * hand on what these said, and count where they add to it, or where no call is recorded.
 */
export function conversationsIn(spans: readonly TraceSpan[]): Conversation[] {
  const sorted = [...spans].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const found = new Conversations(sorted);
  const { calls, around } = nesting(sorted);
  for (const call of calls) found.modelCall(call);
  for (const call of around) found.spanAround(call);
  found.toolRuns(sorted.filter(({ role }) => role !== 'model').map(toolRun));
  const drafts = found.drafts.filter(({ messages }) =>
    messages.some(({ role }) => role === 'assistant'),
  );
  const traces = new Set(drafts.map(({ span }) => span.trace));
  const others = runsWithoutCalls(sorted.filter(({ trace }) => !traces.has(trace)));
  return [...drafts, ...others].sort((a, b) => a.start - b.start);
}

/** Of traces in which no call of a model is recorded: what was asked, the tools' runs, the answer. */
function runsWithoutCalls(spans: readonly TraceSpan[]): Conversation[] {
  const byTrace = new Map<string, TraceSpan[]>();
  for (const span of spans) addTo(byTrace, span.trace, span);
  return [...byTrace.values()].flatMap((inTrace) => {
    const root = inTrace.find(({ role, parent }) => role === 'around' && parent === null);
    const runs = inTrace.filter(({ role }) => role === 'tool').map(toolRun);
    const { input, output } = root ? plainMessages(root) : { input: [], output: [] };
    if (runs.length === 0 && (input.length === 0 || output.length === 0)) return [];
    const span = root ?? runs[0]!.span;
    const ranges = inTrace.map(({ node }) => rangeOf(node));
    return [
      {
        span,
        start: ranges.reduce((least, { start }) => Math.min(least, start), Infinity),
        end: ranges.reduce((most, { end }) => Math.max(most, end), 0),
        messages: [...input, ...runs.flatMap(runMessages), ...output],
        tools: null,
      },
    ];
  });
}

/** Libraries and clients in them both record a call: the inner one counts if it has messages. */
function nesting(spans: readonly TraceSpan[]): { calls: Call[]; around: Call[] } {
  const isCall = ({ role }: TraceSpan): boolean => role === 'model' || role === 'unknown';
  const calls: Call[] = spans.filter(isCall).map(readCall);
  const byId = new Map<string, Call>();
  const key = (trace: string, id: string): string => `${trace} ${id}`;
  for (const call of calls)
    if (call.span.id !== null) byId.set(key(call.span.trace, call.span.id), call);
  const dropped = new Set<Call>();
  const outer = new Set<Call>();
  for (const call of calls) {
    const { parent, role, trace } = call.span;
    const above = parent === null || role !== 'model' ? undefined : byId.get(key(trace, parent));
    if (!above || above === call || above.all.length === 0 || call.all.length === 0) continue;
    if (call.isPlain && !above.isPlain) dropped.add(call);
    else outer.add(above);
  }
  const around = spans.filter(({ role }) => role === 'around').map(readCall);
  return {
    calls: calls.filter((call) => !dropped.has(call) && !outer.has(call)),
    around: [...outer, ...around],
  };
}

function readCall(span: TraceSpan): Call {
  const { input, output, isPlain } = messagesOf(span);
  const inputAtoms = input.flatMap(atomsOf);
  const outputAtoms = output.flatMap(atomsOf);
  const repeats = inputAtoms.length > 0 && startsWith(outputAtoms, inputAtoms);
  return {
    span,
    input,
    inputAtoms,
    isPlain,
    all: repeats ? output : [...input, ...output],
    atoms: repeats ? outputAtoms : [...inputAtoms, ...outputAtoms],
  };
}

class Conversations {
  readonly drafts: Draft[] = [];
  private readonly byOpening = new Map<string, Draft[]>();
  private readonly byTrace = new Map<string, Draft[]>();
  private readonly toolsOfTrace = new Map<string, string>();

  constructor(spans: readonly TraceSpan[]) {
    for (const span of spans) {
      const tools = this.toolsOfTrace.has(span.trace) ? null : toolsOf(span);
      if (tools !== null) this.toolsOfTrace.set(span.trace, tools);
    }
  }

  modelCall(call: Call): void {
    if (call.all.length === 0) return;
    const alike = this.byOpening.get(call.inputAtoms[0] ?? call.atoms[0] ?? '') ?? [];
    if (findLast(alike, ({ atoms }) => startsWith(atoms, call.atoms))) return;
    const before = findLast(alike, ({ atoms }) => startsWith(call.atoms, atoms));
    if (before) {
      this.replace(before, call);
      return;
    }
    const inTrace = this.draftsIn(call.span.trace);
    const rewritten = findLast(inTrace, (draft) => isRewritten(draft, call));
    if (rewritten) {
      this.replace(rewritten, call);
      return;
    }
    if (this.isCopy(call, inTrace) && call.inputAtoms.length === 0) return;
    const goingOn = findLast(inTrace, (draft) => goesOn(draft, call));
    if (goingOn) this.append(goingOn, call);
    else this.open(call);
  }

  spanAround(call: Call): void {
    const acts = call.all.some(({ role }) => role === 'assistant');
    if (!acts) return;
    const inTrace = this.draftsIn(call.span.trace);
    const before = findLast(inTrace, ({ atoms }) => startsWith(call.atoms, atoms));
    const unasked = findLast(inTrace, (draft) => isPartOf(draft, call));
    if (before) {
      this.append(before, call);
      const isGiven = before.messages.some(({ role }) => role === 'system');
      const system = call.all.filter(({ role }) => role === 'system');
      if (!isGiven) before.messages = [...system, ...before.messages];
    } else if (unasked) this.replace(unasked, call);
    else if (inTrace.length === 0) this.open(call);
    else if (inTrace.every(({ span }) => span.role === 'around') && !this.isCopy(call, inTrace))
      this.open(call);
  }

  /** Gives calls without a result the one that the tool's own span has. */
  toolRuns(runs: readonly ToolRun[]): void {
    const byTrace = new Map<string, ToolRun[]>();
    for (const run of runs) addTo(byTrace, run.span.trace, run);
    for (const draft of this.drafts) {
      const inTrace = byTrace.get(draft.span.trace) ?? [];
      if (inTrace.length > 0) draft.messages = withResults(draft.messages, inTrace);
    }
  }

  private draftsIn(trace: string): readonly Draft[] {
    return (this.byTrace.get(trace) ?? []).slice(-MOST_COMPARED);
  }

  private open(call: Call): void {
    const draft: Draft = {
      span: call.span,
      ...rangeOf(call.span.node),
      messages: call.all,
      tools: toolsOf(call.span) ?? this.toolsOfTrace.get(call.span.trace) ?? null,
      atoms: call.atoms,
      known: new Set(call.atoms),
    };
    this.drafts.push(draft);
    addTo(this.byTrace, call.span.trace, draft);
    addTo(this.byOpening, call.atoms[0] ?? '', draft);
  }

  private replace(draft: Draft, call: Call): void {
    const isNewTrace = call.span.trace !== draft.span.trace;
    draft.messages = withThoughts(call.all, draft.messages);
    draft.atoms = call.atoms;
    for (const atom of call.atoms) draft.known.add(atom);
    draft.tools = toolsOf(call.span) ?? draft.tools;
    this.extend(draft, call);
    if (isNewTrace) addTo(this.byTrace, call.span.trace, draft);
  }

  /** Adds the messages after the last one that is known. */
  private append(draft: Draft, call: Call): void {
    let from = 0;
    call.all.forEach((message, i) => {
      const atoms = atomsOf(message);
      const isGiven = i < call.input.length;
      if (isGiven && (message.role === 'system' || atoms.some((atom) => draft.known.has(atom))))
        from = i + 1;
    });
    const repeated = startsWith(call.atoms, draft.atoms);
    const added = repeated ? beyond(call.all, draft.atoms.length) : call.all.slice(from);
    const [first, ...rest] = added;
    if (!first) return;
    const isNewTurn = first.role === 'assistant';
    draft.messages = [...draft.messages, isNewTurn ? { ...first, isNewTurn } : first, ...rest];
    const atoms = added.flatMap(atomsOf);
    draft.atoms = [...draft.atoms, ...atoms];
    for (const atom of atoms) draft.known.add(atom);
    this.extend(draft, call);
  }

  private extend(draft: Draft, { span }: Call): void {
    const { start, end } = rangeOf(span.node);
    draft.start = Math.min(draft.start, start);
    draft.end = Math.max(draft.end, end);
    if (span.role !== 'around') draft.span = span;
  }

  /** All that the agent says there is known in that trace. */
  private isCopy(call: Call, drafts: readonly Draft[]): boolean {
    const said = call.all.filter(({ role }) => role === 'assistant').flatMap(atomsOf);
    return said.every((atom) => drafts.some(({ known }) => known.has(atom)));
  }
}

/** Where it stands in the file, be it JSON in a string. */
function rangeOf({ rawStart, rawEnd }: JsonNode): Range {
  return { start: rawStart, end: rawEnd };
}

/** What was asked is not in the draft, and the call tells all of it with what was asked. */
function isPartOf({ messages, atoms }: Draft, call: Call): boolean {
  if (messages.some(({ role }) => role === 'user')) return false;
  if (!call.all.some(({ role }) => role === 'user')) return false;
  const told = new Set(call.atoms);
  return atoms.every((atom) => told.has(atom));
}

/** The call repeats what the draft's last one was given, and the answer to that in other words. */
function isRewritten({ atoms, messages }: Draft, call: Call): boolean {
  if (atoms[0] !== call.inputAtoms[0]) return false;
  let from = messages.length;
  while (from > 0 && messages[from - 1]!.role === 'assistant') from -= 1;
  const said = messages.slice(from).flatMap(atomsOf);
  const before = atoms.slice(0, atoms.length - said.length);
  if (said.length === 0 || before.length === 0 || !startsWith(call.inputAtoms, before))
    return false;
  const next = call.inputAtoms[before.length];
  return next !== undefined && said.some((atom) => isAlike(atom, next));
}

/** A call of the same tool; a text that begins or ends with the other. */
function isAlike(a: string, b: string): boolean {
  const [x = '', y = ''] = [a, b].map((atom) => atom.slice(atom.indexOf(' ') + 1));
  if (a.startsWith('call ') && b.startsWith('call ')) return x.split(' ')[0] === y.split(' ')[0];
  if (!a.startsWith('assistant ') || !b.startsWith('assistant ')) return false;
  const [long, short] = x.length > y.length ? [x, y] : [y, x];
  return short !== '' && (long.startsWith(short) || long.endsWith(short));
}

/** A call that was given only what is new, or the end of what came before. */
function goesOn(draft: Draft, call: Call): boolean {
  const first = call.input.find(({ role }) => role !== 'system');
  const { parent } = call.span;
  if (!first) return parent !== null && parent === draft.span.parent;
  if (first.role !== 'user') return true;
  return call.input.some(
    (message) =>
      message.role === 'assistant' && atomsOf(message).some((atom) => draft.known.has(atom)),
  );
}

/** So that many unlike calls with one trace or opening take no more than linear time. */
const MOST_COMPARED = 100;

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function findLast<T>(list: readonly T[], fits: (item: T) => boolean): T | null {
  const end = Math.max(0, list.length - MOST_COMPARED);
  for (let i = list.length - 1; i >= end; i -= 1) if (fits(list[i]!)) return list[i]!;
  return null;
}
