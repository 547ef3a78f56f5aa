import { own } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { stripAnsi, type Run } from '../text/ansi.ts';
import { Finder, type Found } from '../text/finder.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../text/source.ts';
import type { Format } from './format.ts';

/**
 * What LangChain's agents print: `> Entering new ... chain`, the agent in green, results in another
 * colour. Agents with labels say Thought, Action, Action Input, Observation; others `Invoking`.
 */
export const langchainText: Format = {
  id: 'langchain_text',
  title: 'LangChain console output',
  detect({ shape, head }) {
    return shape === 'text' && head.includes(ENTERING) && /> Entering new .*chain/.test(head)
      ? '`> Entering new ... chain`'
      : null;
  },
  readsColours: true,
  text(build, source, { start, end }) {
    const plain = stripAnsi(decodedSource(plainSlice(source, start, end)));
    const reader = new ConsoleReader(build, plain.source);
    for (const run of plain.runs) reader.run(run);
    reader.flush(plain.source.text.length);
  },
};

const ENTERING = '> Entering new ';

type Label =
  | 'enter'
  | 'leave'
  | 'invoke'
  | 'thought'
  | 'action'
  | 'input'
  | 'observation'
  | 'final'
  | 'question'
  | 'text';

const INVOKING = 'Invoking: `';
const LABEL =
  /(?:> (Entering new [^\n\r]*)|> (Finished chain\.?)|Invoking: `([^`\n\r]*)` with `([^\n\r]*)`|(Thought|Action Input|Action|Observation|Final Answer|Question|responded):)/gm;

const NAMES: Record<string, Label> = {
  Thought: 'thought',
  Action: 'action',
  'Action Input': 'input',
  Observation: 'observation',
  'Final Answer': 'final',
  Question: 'question',
  responded: 'thought',
};

class ConsoleReader {
  private open: { label: Label; start: number } = { label: 'text', start: 0 };
  private name: Slice | null = null;
  private inTurn = false;
  private called = false;
  private depth = 0;
  private readonly labels: Finder;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {
    this.labels = new Finder(source.text, LABEL);
  }

  run(run: Run): void {
    if (this.isResult(run)) {
      this.flush(run.start);
      this.observe(plainSlice(this.source, run.start, run.end));
      this.open = { label: 'text', start: run.end };
      return;
    }
    let found = this.labels.next(run.start);
    for (; found && found.start < run.end; found = this.labels.next(found.end)) {
      if (!this.beginsLine(found.start, run.start)) continue;
      this.flush(found.start);
      this.label(found);
    }
  }

  /** A coloured run that is not the agent's green, after a call: what the tool gave. */
  private isResult({ start, end, codes }: Run): boolean {
    const colour = /(?:^|;)(?:3[013-7]|9[0-7]|38;[0-9;]+)(?:;|$)/.test(codes);
    const wanted = this.called || this.open.label === 'observation' || this.open.label === 'input';
    return colour && wanted && this.source.text.slice(start, end).trim() !== '';
  }

  /** Only blanks stand before it on its line, or in its run. */
  private beginsLine(from: number, runStart: number): boolean {
    const { text } = this.source;
    let at = from;
    while (at > runStart && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1;
    return at === runStart || text[at - 1] === '\n' || text[at - 1] === '\r';
  }

  private label(found: Found): void {
    const { build, source } = this;
    const { start, end, groups } = found;
    const [, entering, finished, tool, , name] = groups;
    if (entering !== undefined) {
      if (this.depth === 0) build.trajectory(source.toRaw(start));
      this.depth += 1;
      this.inTurn = false;
      this.open = { label: 'text', start: end };
    } else if (finished !== undefined) {
      this.depth = Math.max(0, this.depth - 1);
      if (this.depth === 0) build.close(source.toRaw(end));
      this.open = { label: 'leave', start: end };
    } else if (tool !== undefined) {
      this.invoke(found);
      this.open = { label: 'text', start: end };
    } else {
      this.open = { label: own(NAMES, name!)!, start: end };
    }
    const labelEnd = tool === undefined ? end : start + INVOKING.length;
    build.label(plainSlice(source, start, labelEnd));
  }

  private invoke({ start, end, groups }: Found): void {
    const [, , , tool, input] = groups;
    const nameStart = start + INVOKING.length;
    const argsEnd = end - 1;
    this.turn();
    this.build.call({
      name: plainSlice(this.source, nameStart, nameStart + tool!.length),
      arguments: plainSlice(this.source, argsEnd - input!.length, argsEnd),
    });
    this.called = true;
  }

  flush(end: number): void {
    const { open, build, source } = this;
    const slice = plainSlice(source, open.start, end);
    this.open = { label: 'text', start: end };
    if (source.text.slice(open.start, end).trim() === '') return;
    if (open.label === 'leave' || this.depth === 0) build.outer('other', slice);
    else if (open.label === 'question') build.outer('task', slice);
    else if (open.label === 'observation') this.observe(slice);
    else this.agent(open.label, slice);
  }

  private agent(label: Label, slice: Slice): void {
    const { build } = this;
    this.turn();
    if (label === 'thought') build.put('reasoning', slice);
    else if (label === 'final') build.put('answer', slice);
    else if (label === 'action') this.action(slice);
    else if (label === 'input') {
      build.call({ name: this.name, arguments: slice });
      this.name = null;
      this.called = true;
    } else build.say(slice);
  }

  /** The name waits for its input; an action in JSON has both. */
  private action(slice: Slice): void {
    this.dropName();
    const text = this.source.text.slice(slice.start, slice.end).trim();
    if (text.startsWith('{') || text.startsWith('`')) {
      this.build.put('action', slice);
      this.called = true;
    } else {
      this.name = slice;
    }
  }

  private dropName(): void {
    if (this.name) this.build.call({ name: this.name });
    this.name = null;
  }

  private observe(slice: Slice): void {
    this.dropName();
    this.build.result();
    this.build.put('observation', slice);
    this.inTurn = false;
    this.called = false;
  }

  private turn(): void {
    if (this.inTurn) return;
    this.build.turn();
    this.inTurn = true;
  }
}
