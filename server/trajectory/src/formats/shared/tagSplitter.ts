import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { Fences, type Fence } from '../../text/fences.ts';
import { Finder, type Found } from '../../text/finder.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';
import { isJsonCalls } from '../calls/jsonCalls.ts';
import { isPythonCalls } from '../calls/pythonCalls.ts';
import { xmlCall } from '../calls/xmlCalls.ts';
import { AGENT_MARK, markOf, type Mark } from './agentMarks.ts';
import { hasHarmony, readHarmony } from './harmony.ts';
import { jsonReply, replyAtEnd } from './jsonReply.ts';
import { statedThought } from './statedThought.ts';
import { outsideFences, ThinkTags } from './thinkTags.ts';
import { isRepeated } from './thoughts.ts';
import { namedElements, writtenCall, type WhichCalls } from './writtenCall.ts';

/** Fences by which Gemma and others write their calls and are given results. */
const TOOL_FENCE = /^(?:`{3,}|~{3,})tool_(?:calls?|code|outputs?)[ \t]*$/gm;
const MOST_LOOKS = 4;
const RESULT_FENCE = /^tool_outputs?$/;

/**
 * Splits an agent's text by its marks: thinking, calls, answers, and what the environment put between
 * (`<tool_response>`, `<information>`), after which the next text is a new turn. Marks stay outside; in
 * fenced code they are text.
 */
export class TagSplitter {
  private readonly marks: Finder;
  private readonly fences: Fences;
  private readonly toolFences: Finder;
  private readonly closes = new Map<RegExp, Finder>();
  private readonly next: (from: number, limit: number) => Mark | null;
  private thinkTags: ThinkTags | null = null;
  private calls: WhichCalls = 'here';
  private resulted = false;
  private called = false;
  private looks = 0;
  /** The last find and what it is: it is asked for more than once. */
  private found: Found | null = null;
  private foundMark: Mark | null = null;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
    private readonly thoughts: readonly Slice[] = [],
  ) {
    this.marks = new Finder(source.text, AGENT_MARK);
    this.fences = new Fences(source.text);
    this.toolFences = new Finder(source.text, TOOL_FENCE);
    this.next = outsideFences(this.fences, source.text, (from, limit) => this.mark(from, limit));
  }

  split(range: Range, calls: WhichCalls): void {
    this.calls = calls;
    this.resulted = false;
    this.called = false;
    this.looks = 0;
    this.thinkTags = null;
    const { text } = this.source;
    if (hasHarmony(text.slice(range.start, range.end))) {
      readHarmony(this.build, this.source, { range, calls, isFile: false });
    } else if (isPlainCall(this.source, range)) {
      if (calls === 'here') writtenCall(this.build, this.source, range);
    } else this.walk(range);
  }

  private walk({ start, end }: Range): void {
    let at = this.stated(start, end) ?? this.openThought(start, end);
    while (at < end) {
      if (this.replies({ start: at, end })) return;
      const fence = this.callFence(at, end);
      const mark = this.next(at, end);
      if (fence && fence.start < (mark?.start ?? end)) {
        this.plain({ start: at, end: fence.start });
        at = this.fenced(fence);
        continue;
      }
      this.plain({ start: at, end: mark?.start ?? end });
      if (!mark) return;
      at = this.element(mark, end);
      if (this.resulted) at = this.openThought(at, end);
    }
  }

  /** Where thinking ends that is told by words. */
  private stated(start: number, end: number): number | null {
    const found = statedThought(this.source.text, { start, end });
    if (!found) return null;
    this.build.label(this.slice(found.opening));
    this.think([found.thought]);
    this.build.label(this.slice(found.closing));
    return found.closing.end;
  }

  /** All before a closing think tag that nothing opened is thinking. Returns where it ends. */
  private openThought(start: number, end: number): number {
    for (let mark = this.next(start, end); mark; mark = this.next(mark.end, end)) {
      if (isResult(mark)) return start;
      if (mark.role !== 'think') continue;
      if (!mark.closing) return start;
      const range = { start, end: mark.start };
      this.think([range]);
      this.build.label(this.slice(mark));
      this.report('stray-tag', `Nothing opens \`${this.text(mark)}\`.`, mark);
      return mark.end;
    }
    return start;
  }

  private plain(range: Range): void {
    if (!this.inTurn(range) || this.reply(range, replyAtEnd)) return;
    this.build.say(this.slice(range));
  }

  private reply(range: Range, read: typeof jsonReply): boolean {
    return this.calls === 'here' && read(this.build, this.source, range);
  }

  /** Looked for where words begin, and behind thinking: not behind each of many marks. */
  private replies(range: Range): boolean {
    this.looks += 1;
    return this.looks <= MOST_LOOKS && this.reply(range, jsonReply);
  }

  /** Writes what the mark opens; returns where it ends. */
  private element(mark: Mark, limit: number): number {
    if (mark.closing || mark.role === 'end') {
      this.build.label(this.slice(mark));
      const isTag = mark.role !== 'end' && this.source.text[mark.start + 1] === '/';
      if (isTag) this.report('stray-tag', `Nothing opens \`${this.text(mark)}\`.`, mark);
      return mark.end;
    }
    if (mark.role === 'think') return this.thought(mark, limit);
    if (!mark.call) this.build.label(this.slice(mark));
    if (mark.role === 'open') return this.openCall(mark, limit);
    const close = mark.selfClosing ? { start: mark.end, end: mark.end } : this.closing(mark, limit);
    const inner = { start: mark.end, end: close.start };
    if (mark.role === 'call' || mark.role === 'plain') this.call(mark, inner);
    else if (isResult(mark)) this.result(inner);
    else if (this.inTurn(inner)) {
      if (mark.role === 'answer') this.build.put('answer', this.slice(inner));
      else this.build.say(this.slice(inner));
    }
    this.build.label(this.slice(close));
    return close.end;
  }

  private thought(mark: Mark, limit: number): number {
    this.build.label(this.slice(mark));
    this.thinkTags ??= new ThinkTags((from, to) => this.thinkMark(from, to), {
      start: mark.start,
      end: limit,
    });
    const found = this.thinkTags.thought(mark);
    const close = found?.close ?? this.closing(mark, limit);
    this.think(found?.pieces ?? [{ start: mark.end, end: close.start }]);
    for (const tag of found?.tags ?? []) this.build.label(this.slice(tag));
    this.build.label(this.slice(close));
    return close.end;
  }

  /** What the message gives as its thinking apart is left out. */
  private think(pieces: readonly Range[]): void {
    const text = pieces.map((piece) => this.text(piece)).join('');
    if (isRepeated(text, this.thoughts)) return;
    for (const piece of pieces) {
      if (this.inTurn(piece)) this.build.put('reasoning', this.slice(piece));
    }
  }

  private result(inner: Range): void {
    this.build.result();
    this.build.put('observation', this.slice(inner));
    this.resulted = true;
    this.called = false;
  }

  private call(mark: Mark, inner: Range): void {
    if (mark.call === null && this.isBlank(inner)) return;
    this.act(() => {
      const { build, source } = this;
      if (mark.role === 'plain') build.put('action', this.slice(inner));
      else if (!mark.call) writtenCall(build, source, inner);
      else if (mark.name !== 'use_mcp_tool' || !namedElements(build, source, inner)) {
        xmlCall(build, source, { name: mark.call, inner });
      }
    });
  }

  /** A call that no mark closes goes as far as it can be read. */
  private openCall(mark: Mark, limit: number): number {
    const close = mark.close && this.finder(mark.close).next(mark.end, limit);
    const end = close?.start ?? this.nextEnd(mark.end, limit);
    const inner = { start: mark.end, end };
    let at = end;
    if (!this.isBlank(inner)) {
      this.act(() => {
        if (mark.call) xmlCall(this.build, this.source, { name: mark.call, inner });
        else at = writtenCall(this.build, this.source, inner);
      });
    }
    if (!close) return at;
    this.build.label(this.slice(close));
    return close.end;
  }

  private nextEnd(from: number, limit: number): number {
    for (let mark = this.mark(from, limit); mark; mark = this.mark(mark.end, limit)) {
      if (mark.role === 'end' || mark.role === 'open') return mark.start;
    }
    return limit;
  }

  private act(write: () => void): void {
    this.called = true;
    if (this.calls === 'elsewhere') return;
    this.begin();
    write();
  }

  /** The next fence that is a call or a result. */
  private callFence(from: number, limit: number): Fence | null {
    const opening = this.toolFences.next(from, limit);
    const fence = opening && this.fences.next(opening.start, limit, opening.end);
    return fence?.start === opening?.start ? fence : null;
  }

  private fenced({ start, end, info, content }: Fence): number {
    this.build.label(this.slice({ start, end: content.start }));
    if (RESULT_FENCE.test(info)) this.result(content);
    else if (!this.isBlank(content)) {
      this.act(() => writtenCall(this.build, this.source, content));
    }
    this.build.label(this.slice({ start: content.end, end }));
    return end;
  }

  private inTurn(range: Range): boolean {
    if (this.isBlank(range)) return false;
    this.begin();
    return true;
  }

  private begin(): void {
    if (this.resulted) this.build.turn();
    this.resulted = false;
  }

  private isBlank({ start, end }: Range): boolean {
    return this.source.text.slice(start, end).trim() === '';
  }

  private slice({ start, end }: Range): Slice {
    return plainSlice(this.source, start, end);
  }

  private text({ start, end }: Range): string {
    return this.source.text.slice(start, end);
  }

  private mark(from: number, limit: number): Mark | null {
    for (let at = from; ;) {
      const found = this.marks.next(at, limit);
      if (!found) return null;
      if (this.found !== found) {
        this.found = found;
        this.foundMark = markOf(this.source.text, found);
      }
      const mark = this.foundMark!;
      if (mark.role !== 'weakResult' || this.called) return mark;
      at = mark.end;
    }
  }

  private thinkMark(from: number, limit: number): Mark | null {
    for (let at = from; ;) {
      const mark = this.next(at, limit);
      if (!mark || mark.role === 'think') return mark;
      at = mark.end;
    }
  }

  private finder(pattern: RegExp): Finder {
    const known = this.closes.get(pattern);
    if (known) return known;
    const finder = new Finder(this.source.text, pattern);
    this.closes.set(pattern, finder);
    return finder;
  }

  /** The closing mark; where it is missing, the next mark's start, or the limit. */
  private closing(mark: Mark, limit: number): Range {
    const close = mark.close && this.finder(mark.close).next(mark.end, limit);
    if (close && (close.groups.length === 1 || close.groups[1] === '/')) return close;
    this.report('unterminated-tag', `\`${this.text(mark)}\` is never closed.`, mark);
    const end = this.next(mark.end, limit)?.start ?? limit;
    return { start: end, end };
  }

  private report(code: string, message: string, { start, end }: Range): void {
    const { source } = this;
    this.build.problem('warning', code, message, {
      start: source.toRaw(start),
      end: source.toRaw(end),
    });
  }
}

function isResult({ role }: Mark): boolean {
  return role === 'result' || role === 'weakResult';
}

/** A text that is nothing but calls, as JSON or as Python. */
function isPlainCall(source: Source, range: Range): boolean {
  const first = /\S/.exec(source.text.slice(range.start, range.end))?.[0];
  if (first !== '{' && first !== '[') return false;
  return isJsonCalls(source, range) || isPythonCalls(source.text, range);
}
