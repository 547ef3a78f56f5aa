import type { SpanKind } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { Lines } from '../text/lines.ts';
import { plainSlice, type Source } from '../text/source.ts';
import type { Format } from './format.ts';

/**
 * WebShop as text: an instruction, then actions `search[...]`, `click[...]` and `think[...]`, and pages
 * as observations. Loggers put a prefix before the labels.
 */
export const webShopText: Format = {
  id: 'webshop_text',
  title: 'WebShop text',
  detect({ shape, head }) {
    if (shape !== 'text' || !head.includes('Instruction:')) return null;
    const action = /Action: ?(?:search|click|think)\[/.exec(head);
    return action && /^.{0,80}(?:web ?shop|\[Search\])/im.test(head)
      ? `\`Instruction:\` and \`${action[0]}\``
      : null;
  },
  text(build, source, range) {
    const reader = new WebShopReader(build, source);
    const lines = new Lines(source.text, range.start, range.end);
    while (lines.advance()) reader.line(lines.start, lines.end);
    reader.flush(range.end);
  },
};

/** What a logger writes before its message; a message without a label ends what stands before it. */
const LOGGED =
  /(?:\[?\d{4}-\d\d-\d\d[ T][\d:,.]+\]?[ \t]*(?:[-|:][ \t]*)?)?\[?(?:INFO|DEBUG|WARNING|ERROR)\]?[ \t]*[-|:]/y;
const LINE =
  /(?:(?:\[[^\]\n\r]*\](?:[ \t]*(?:INFO|DEBUG|WARNING)[ |:-]{0,8})?|[A-Z]+:[\w.]+:|[\d:,. -]+(?:[-|] *)?(?:INFO|DEBUG|WARNING)[ |:-]{0,8})[ \t]*)?(?:(Instruction:)|(Action:)|(Observation:)|(Reward:|Your score)|(?:PROMPT:[ \t]*)?(Web ?Shop)[ \t]*(?=[\r\n]|$)|(-{3,}|={3,})[ \t\d]*(?=[\r\n]|$))/iy;

class WebShopReader {
  private open: { kind: SpanKind; start: number } | null = null;
  private hasTask = false;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {}

  line(start: number, end: number): void {
    LINE.lastIndex = start;
    const match = LINE.exec(this.source.text);
    LOGGED.lastIndex = start;
    if (match && LINE.lastIndex <= end) this.label(match, start);
    else if (LOGGED.test(this.source.text)) this.flush(start);
    else if (this.open?.kind === 'task' && this.source.text.startsWith('[Search]', start)) {
      this.flush(start);
      this.open = { kind: 'observation', start };
    }
  }

  private label(match: RegExpExecArray, start: number): void {
    const [, instruction, action, observation, score, shop, rule] = match;
    if (instruction && this.open?.kind === 'observation' && this.hasTask) return;
    const isOpen = this.open !== null;
    this.flush(start);
    const at = start + match[0].length;
    this.build.label(plainSlice(this.source, start, at));
    if (shop || rule) {
      if (this.hasTask) this.build.close(this.source.toRaw(start));
      this.hasTask = false;
    } else if (instruction) {
      const ended = !isOpen && this.build.currentStep > 0;
      if (!this.hasTask || ended) this.build.trajectory(this.source.toRaw(start));
      this.hasTask = true;
      this.open = { kind: 'task', start: at };
    } else if (action) {
      const thinks = /\s*think\[/y;
      thinks.lastIndex = at;
      this.open = { kind: thinks.test(this.source.text) ? 'reasoning' : 'action', start: at };
    } else if (observation) this.open = { kind: 'observation', start: at };
    else if (score) this.open = { kind: 'other', start: at };
  }

  flush(end: number): void {
    const { open, build } = this;
    this.open = null;
    if (!open) return;
    const slice = plainSlice(this.source, open.start, end);
    if (open.kind === 'task' || open.kind === 'other') build.outer(open.kind, slice);
    else if (open.kind === 'observation') {
      build.result();
      build.put('observation', slice);
    } else {
      build.turn();
      build.put(open.kind, slice);
    }
  }
}
