import type { Range, SpanKind } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { Fences, type Fence } from '../../text/fences.ts';
import { Finder } from '../../text/finder.ts';
import { Lines } from '../../text/lines.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';
import { labelAt, labelPattern, type LabelKind, type ReactLabel } from '../shared/reactLabels.ts';
import { Turns } from '../shared/turns.ts';
import { questionBefore } from './question.ts';

const KINDS: Record<LabelKind, SpanKind | null> = {
  head: 'task',
  lead: 'reasoning',
  thought: 'reasoning',
  action: 'action',
  input: 'action',
  observation: 'observation',
  answer: 'answer',
  other: 'other',
  banner: null,
};

const BANNER_LINE =
  /[ \t]*(?:---[^\n\r]*---|-{3,5}|#{5,}|={5,}|> Running step \S+ Step input: None)[ \t]*(?=[\r\n]|$)/y;
/** LlamaIndex begins each step so, and tells the question with the first one. */
const STEP_INPUT = /> Running step \S+ Step input: (?!None[ \t]*(?:[\r\n]|$))/y;
export const HEAD_LINE = /[ \t\ufeff]*(?:Question|Task|Claim)(?:[ \t]+\d+)?[ \t]*[:：]/iy;
/** The end of an action and an observation on the same line. */
const SAME_LINE = /[\])][ \t]*(?=Observation(?:[ \t]+\d+)?[ \t]*:)/;
const AGENT_LABEL = labelPattern(['thought', 'action']);
const HEAD_LABEL = labelPattern(['head']);
const CLOSING_FENCE = /^[ \t]{0,8}`{3,}[ \t]*$/gm;
const THINK = '<think>';
const END_OF_THINK = /<\/think>/g;

/** How a stretch writes its labels, told from the first one of the agent. */
interface Style {
  isDecorated: boolean;
  /** Labels in fenced code are text, where not all of them stand in this fence. */
  around: Fence | null;
  hasHeads: boolean;
  hasAgent: boolean;
}

function styleOf(text: string, { start, end }: Range): Style {
  AGENT_LABEL.lastIndex = start;
  const first = AGENT_LABEL.exec(text);
  HEAD_LABEL.lastIndex = start;
  const head = HEAD_LABEL.exec(text);
  const hasHeads = head !== null && head.index < end;
  if (!first || first.index >= end)
    return { isDecorated: false, around: null, hasHeads, hasAgent: false };
  const fence = new Fences(text).next(start, end, first.index);
  return {
    isDecorated: first[1] !== undefined || first[2] !== undefined,
    around: fence && fence.end > first.index ? fence : null,
    hasHeads,
    hasAgent: true,
  };
}

/** What must not be read without the rest: Markdown, questions without labels, fences open at its end. */
export function readsWhole(part: string): boolean {
  if (part.includes('```') || part.includes('~~~') || part.includes(THINK)) return true;
  const { isDecorated, hasHeads, hasAgent } = styleOf(part, { start: 0, end: part.length });
  return isDecorated || (hasAgent && !hasHeads);
}

/** Reads one text, which may hold several records. */
export function readReact(build: Builder, source: Source, range: Range): void {
  const reader = new ReactReader(build, source, range);
  const lines = new Lines(source.text, range.start, range.end);
  while (lines.advance()) reader.line(lines.start, lines.end);
  reader.finish(range.end);
}

interface Stretch {
  kind: LabelKind | 'text';
  start: number;
  labelStart: number;
}

class ReactReader {
  /** The stretch that runs until the next label. */
  private open: Stretch | null = null;
  private readonly turns: Turns;
  private readonly style: Style;
  private readonly fences: Fences;
  private readonly closings: Finder;
  private readonly thinkEnds: Finder;
  private pendingRule: Range | null = null;
  /** The action whose input comes next. */
  private name: Slice | null = null;
  /** Lines before this offset are content, whatever they look like. */
  private contentUntil = -1;
  private ended = false;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
    private readonly range: Range,
  ) {
    this.turns = new Turns(build);
    this.style = styleOf(source.text, range);
    this.fences = new Fences(source.text);
    this.closings = new Finder(source.text, CLOSING_FENCE);
    this.thinkEnds = new Finder(source.text, END_OF_THINK);
  }

  line(start: number, end: number): void {
    if (start < this.contentUntil) return;
    if (this.isFenceAround(start)) this.leaveOut({ start, end });
    else if (!this.think(start)) this.content(start, end);
  }

  private isFenceAround(start: number): boolean {
    const { around } = this.style;
    return around !== null && (start === around.start || start === around.content.end);
  }

  /** A line that is in no span, and that ends the one before. */
  private leaveOut({ start, end }: Range): void {
    this.flush(start, 'banner');
    this.open = { kind: 'banner', start: end, labelStart: start };
    this.build.label(plainSlice(this.source, start, end));
  }

  private content(start: number, end: number): void {
    const label = this.label(start, end);
    const rule = label === null ? this.ruleAt(start, end) : null;
    if (this.pendingRule && !isBlank(this.source.text, start, end)) {
      const pending = this.pendingRule;
      this.pendingRule = null;
      if (label?.kind === 'head' || rule === 'banner') this.closeRecord(pending);
    }
    if (label) this.begin(label, start, end);
    else if (rule === 'rule') this.pendingRule ??= { start, end };
    else if (rule === 'banner') this.leaveOut({ start, end });
    else {
      this.open ??= { kind: 'text', start, labelStart: start };
      this.skipFence(start, end);
    }
  }

  finish(end: number): void {
    if (this.pendingRule) this.closeRecord(this.pendingRule);
    this.flush(end);
  }

  private begin(label: ReactLabel, lineStart: number, lineEnd: number): void {
    const { build, source } = this;
    if (label.kind === 'thought') this.question(lineStart);
    this.flush(lineStart, label.kind);
    this.open = { kind: label.kind, start: label.contentStart, labelStart: lineStart };
    build.label(plainSlice(source, label.start, label.contentStart));
    this.skipOpenFence(label.contentStart, lineEnd);
    if (label.kind !== 'action') return;
    const line = source.text.slice(label.contentStart, lineEnd);
    const found = line.includes('Observation') ? SAME_LINE.exec(line) : null;
    if (!found) return;
    const at = label.contentStart + found.index + found[0].length;
    const observation = labelAt(source.text, { start: at, end: lineEnd });
    if (observation) this.begin(observation, at, lineEnd);
  }

  /** Thinking in tags before the labels is one thought with what follows. */
  private think(start: number): boolean {
    const { text } = this.source;
    if (!text.startsWith(THINK, start)) return false;
    const close = this.thinkEnds.next(start, this.range.end);
    if (!close) return false;
    this.flush(start);
    const from = start + THINK.length;
    this.open = { kind: 'lead', start: from, labelStart: start };
    this.build.label(plainSlice(this.source, start, from));
    this.flush(close.start);
    this.contentUntil = close.end;
    this.build.label(plainSlice(this.source, close.start, close.end));
    return true;
  }

  /** A paragraph directly above a thought is the question, where questions have no label. */
  private question(thoughtStart: number): void {
    const { open, build, source } = this;
    if (this.style.hasHeads || !open) return;
    const isFirst = open.kind === 'text' && build.currentStep === 0;
    const isNext = this.ended && (open.kind === 'observation' || open.kind === 'answer');
    if (!isFirst && !isNext) return;
    const from = questionBefore(source.text, { start: open.start, end: thoughtStart });
    if (from === null) return;
    if (isNext && from === open.start) return;
    this.flush(from);
    if (build.isOpen && build.currentStep > 0) this.record(from);
    this.open = { kind: 'head', start: from, labelStart: from };
  }

  private closeRecord(rule: Range): void {
    this.flush(rule.start);
    this.build.label(plainSlice(this.source, rule.start, rule.end));
    if (this.build.isOpen) this.build.close(this.source.toRaw(rule.start));
    this.turns.reset();
    this.open = { kind: 'banner', start: rule.end, labelStart: rule.end };
  }

  private label(start: number, end: number): ReactLabel | null {
    const { text } = this.source;
    STEP_INPUT.lastIndex = start;
    if (text[start] === '>' && STEP_INPUT.test(text)) {
      const contentStart = STEP_INPUT.lastIndex;
      return {
        kind: 'head',
        name: 'Step input',
        number: null,
        start,
        contentStart,
        isDecorated: false,
      };
    }
    const label = labelAt(text, { start, end });
    return label?.isDecorated && !this.style.isDecorated ? null : label;
  }

  private ruleAt(start: number, end: number): 'rule' | 'banner' | null {
    const { text } = this.source;
    const first = text.charCodeAt(start);
    if (first !== 45 && first !== 35 && first !== 61 && first !== 62 && first !== 32 && first !== 9)
      return null;
    BANNER_LINE.lastIndex = start;
    const banner = BANNER_LINE.exec(text);
    if (!banner || BANNER_LINE.lastIndex > end) return null;
    return /^-{3,}$/.test(banner[0].trim()) ? 'rule' : 'banner';
  }

  /** Goes to the end of the fenced block that begins on this line. */
  private skipFence(start: number, end: number): void {
    if (this.style.around) return;
    const fence = this.fences.next(start, this.range.end, end);
    if (fence?.start === start && !this.isCutOff(fence.content)) this.contentUntil = fence.end;
  }

  /** A fence that was never closed runs into the observation. */
  private isCutOff({ start, end }: Range): boolean {
    const lines = new Lines(this.source.text, start, end);
    while (lines.advance()) {
      const label = this.label(lines.start, lines.end);
      if (label) return label.kind === 'observation';
    }
    return false;
  }

  /** A fence that opens on the line of a label. */
  private skipOpenFence(from: number, lineEnd: number): void {
    if (this.style.around || !this.fences.hasAny) return;
    const ticks = this.source.text.slice(from, lineEnd).split('```').length - 1;
    if (ticks % 2 === 0) return;
    const close = this.closings.next(lineEnd, this.range.end);
    if (!close || this.isCutOff({ start: lineEnd, end: close.start })) return;
    this.contentUntil = close.end;
  }

  /** Writes the open stretch, which ends at `end`. */
  private flush(end: number, next: LabelKind | null = null): void {
    const { open, build, source } = this;
    this.open = null;
    if (!open) return;
    const slice = plainSlice(source, open.start, end);
    if (open.kind === 'text') {
      if (isBlank(source.text, open.start, end)) return;
      this.ensureRecord(open.start);
      build.outer('system', slice);
      return;
    }
    const kind = KINDS[open.kind];
    if (!kind) return;
    if (open.kind === 'head') this.record(open.labelStart);
    this.ensureRecord(open.labelStart);
    if (kind === 'task' || kind === 'other') build.outer(kind, slice);
    else if (kind === 'observation') this.observation(slice);
    else this.agent({ label: open.kind, next }, kind, slice);
  }

  private record(start: number): void {
    const { build } = this;
    const onlyHead = build.isOpen && build.currentStep === 0 && !build.hasTask;
    if (!onlyHead) build.trajectory(this.source.toRaw(start));
    this.turns.reset();
    this.ended = false;
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
    { label, next }: { label: LabelKind; next: LabelKind | null },
    kind: SpanKind,
    slice: Slice,
  ): void {
    const isPart = label === 'thought' || label === 'answer' || label === 'lead';
    this.turns.agent(isPart ? label : 'action', label === 'input');
    if (label === 'answer' || label === 'action') this.ended = label === 'answer' || ends(slice);
    if (label === 'action' && next === 'input') {
      this.name = slice;
    } else if (label === 'input' && this.name) {
      this.build.call({ name: this.name, arguments: slice });
      this.name = null;
    } else {
      this.build.put(kind, slice);
    }
  }
}

/** An action after which a run is over. */
function ends({ source, start, end }: Slice): boolean {
  return /^\s*(?:finish|submit|answer|stop|end|done|exit)\b/i.test(
    source.text.slice(start, Math.min(end, start + 40)),
  );
}

function isBlank(text: string, start: number, end: number): boolean {
  return text.slice(start, end).trim() === '';
}
