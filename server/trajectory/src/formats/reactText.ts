import type { Builder } from '../build/builder.ts';
import { Lines } from '../text/lines.ts';
import { plainSlice, type Slice, type Source } from '../text/source.ts';
import type { SpanKind } from '../types.ts';
import type { Format } from './format.ts';
import { Turns } from './shared/turns.ts';
import { hasTurnMarks } from './templateText.ts';

/**
 * ReAct as text: `Question:` or `Task:`, then `Thought`, `Action` and `Observation`, numbered or not,
 * each until the next label. Several records follow each other, or stand apart by a line `---`.
 */
export const reactText: Format = {
  id: 'react_text',
  title: 'ReAct text',
  detect({ shape, head }) {
    if (shape !== 'text' || hasTurnMarks(head)) return null;
    const thought = /^[ \t]*Thought(?: \d+)?:/m.exec(head);
    const action = /^[ \t]*(?:Action|Act)(?: \d+)?:/m.exec(head);
    const observation = /^[ \t]*(?:Observation|Obs)(?: \d+)?:/m.test(head);
    if (thought && action) return `labels \`${thought[0].trim()}\` and \`${action[0].trim()}\``;
    if (action && observation) return `labels \`${action[0].trim()}\` and \`Observation\``;
    const question = /^(?:Question|Task):/m.exec(head);
    const answer = /^(?:Thought|Action|Answer|Final Answer):/m.exec(head);
    return question && answer ? `labels \`${question[0]}\` and \`${answer[0]}\`` : null;
  },
  blocks: {
    begins: (text, start) => headAt(text, start),
    read: readReact,
  },
};

/** Reads one text, which may hold several records. */
export function readReact(
  build: Builder,
  source: Source,
  range: { start: number; end: number },
): void {
  const reader = new ReactReader(build, source);
  const lines = new Lines(source.text, range.start, range.end);
  while (lines.advance()) reader.line(lines.start, lines.end);
  reader.finish(range.end);
}

type Label =
  'head' | 'thought' | 'action' | 'input' | 'observation' | 'answer' | 'other' | 'banner' | 'rule';

const LABELS: Record<string, Label> = {
  question: 'head',
  task: 'head',
  claim: 'head',
  thought: 'thought',
  action: 'action',
  act: 'action',
  'action input': 'input',
  observation: 'observation',
  obs: 'observation',
  answer: 'answer',
  'final answer': 'answer',
  reflection: 'other',
  reflections: 'other',
  'correct answer': 'other',
  'trial summary': 'other',
  'previous trial': 'banner',
};

const KINDS: Record<Label, SpanKind | null> = {
  head: 'task',
  thought: 'reasoning',
  action: 'action',
  input: 'action',
  observation: 'observation',
  answer: 'answer',
  other: 'other',
  banner: null,
  rule: null,
};

const LABEL_LINE = new RegExp(
  `[ \\t]*(${Object.keys(LABELS)
    .sort((a, b) => b.length - a.length)
    .join('|')})(?:[ \\t]+\\d+)?[ \\t]*:`,
  'iy',
);
const BANNER_LINE = /[ \t]*(?:-{3,}[^\n\r]*-{3,}|-{3,}|#{5,}|={5,})[ \t]*(?=[\r\n]|$)/y;
const FIRST_LETTERS = new Set(
  'qtcaforpQTCAFORP-#='.split('').map((letter) => letter.charCodeAt(0)),
);

const HEAD_LINE = /[ \t]*(?:Question|Task|Claim)(?:[ \t]+\d+)?[ \t]*:/iy;

function headAt(text: string, start: number): boolean {
  let at = start;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at += 1;
  const first = text[at];
  if (first !== 'Q' && first !== 'T' && first !== 'C') return false;
  HEAD_LINE.lastIndex = start;
  return HEAD_LINE.test(text);
}

class ReactReader {
  /** The stretch that runs until the next label. */
  private open: { label: Label | 'text'; start: number; labelStart: number } | null = null;
  private readonly turns: Turns;
  private pendingRule: { start: number; end: number } | null = null;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {
    this.turns = new Turns(build);
  }

  line(start: number, end: number): void {
    const label = this.label(start, end);
    if (this.pendingRule && end > start && this.source.text.slice(start, end).trim() !== '') {
      const rule = this.pendingRule;
      this.pendingRule = null;
      if (label?.label === 'head' || label?.label === 'banner') this.closeRecord(rule);
    }
    if (!label) {
      this.open ??= { label: 'text', start, labelStart: start };
    } else if (label.label === 'rule') {
      this.pendingRule ??= { start, end };
    } else {
      this.flush(start, label.label);
      this.open = { label: label.label, start: label.contentStart, labelStart: start };
      this.build.label(plainSlice(this.source, label.start, label.contentStart));
    }
  }

  finish(end: number): void {
    if (this.pendingRule) this.closeRecord(this.pendingRule);
    this.flush(end);
  }

  private closeRecord(rule: { start: number; end: number }): void {
    this.flush(rule.start);
    this.build.label(plainSlice(this.source, rule.start, rule.end));
    if (this.build.isOpen) this.build.close(this.source.toRaw(rule.start));
    this.turns.reset();
    this.open = { label: 'banner', start: rule.end, labelStart: rule.end };
  }

  private label(
    start: number,
    end: number,
  ): { label: Label; start: number; contentStart: number } | null {
    const { text } = this.source;
    let at = start;
    while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1;
    if (at === end || !FIRST_LETTERS.has(text.charCodeAt(at))) return null;
    LABEL_LINE.lastIndex = start;
    const match = LABEL_LINE.exec(text);
    if (match && isCapital(text.charCodeAt(at))) {
      return {
        label: LABELS[match[1]!.toLowerCase()]!,
        start: at,
        contentStart: LABEL_LINE.lastIndex,
      };
    }
    BANNER_LINE.lastIndex = start;
    const banner = BANNER_LINE.exec(text);
    if (!banner) return null;
    const isRule = /^-{3,}$/.test(banner[0].trim());
    return { label: isRule ? 'rule' : 'banner', start: at, contentStart: end };
  }

  /** Writes the open stretch, which ends at `end`. */
  private flush(end: number, next: Label | null = null): void {
    const { open, build, source } = this;
    this.open = null;
    if (!open) return;
    const slice = plainSlice(source, open.start, end);
    if (open.label === 'text') {
      if (slice.source.text.slice(open.start, end).trim() === '') return;
      this.ensureRecord(open.start);
      build.outer('system', slice);
      return;
    }
    const kind = KINDS[open.label];
    if (!kind) return;
    if (open.label === 'head') this.record(open.labelStart);
    this.ensureRecord(open.labelStart);
    if (kind === 'task' || kind === 'other') build.outer(kind, slice);
    else if (kind === 'observation') this.observation(slice);
    else this.agent({ label: open.label, next }, kind, slice);
  }

  private record(start: number): void {
    const { build } = this;
    const onlyHead = build.isOpen && build.currentStep === 0 && !this.build.hasTask;
    if (!onlyHead) build.trajectory(this.source.toRaw(start));

    this.turns.reset();
  }

  private ensureRecord(start: number): void {
    if (this.build.isOpen) return;
    this.build.trajectory(this.source.toRaw(start));
  }

  private observation(slice: Slice): void {
    this.build.result();
    this.build.put('observation', slice);
    this.turns.observed();
  }

  private agent(
    { label, next }: { label: Label; next: Label | null },
    kind: SpanKind,
    slice: Slice,
  ): void {
    const part = label === 'thought' || label === 'answer' ? label : 'action';
    this.turns.agent(part, label === 'input');
    if (label === 'action' && next === 'input') {
      this.name = slice;
    } else if (label === 'input' && this.name) {
      this.build.call({ name: this.name, arguments: slice });
      this.name = null;
    } else {
      this.build.put(kind, slice);
    }
  }

  /** The action whose input comes next. */
  private name: Slice | null = null;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}
