import type { Builder } from '../../build/builder.ts';
import { Finder } from '../../text/finder.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';
import type { Range } from '../../types.ts';
import { isRepeated } from './thoughts.ts';
import { writtenCall } from './writtenCall.ts';

/** `elsewhere`: the calls in the text are copies of ones that are listed apart. */
export type WhichCalls = 'here' | 'elsewhere';

type TagRole = 'think' | 'call' | 'answer' | 'result';

const ROLES: Record<string, TagRole> = {
  think: 'think',
  thinking: 'think',
  thought: 'think',
  reasoning: 'think',
  tool_call: 'call',
  function_call: 'call',
  search: 'call',
  action: 'call',
  execute_bash: 'call',
  execute_ipython: 'call',
  execute_browse: 'call',
  TOOLCALL: 'call',
  function: 'call',
  answer: 'answer',
  tool_response: 'result',
  information: 'result',
  TOOL_RESPONSE: 'result',
};

export const TAG_NAMES: readonly string[] = Object.keys(ROLES);

/** `<function=name>` is a call of that name. */
const TAG = new RegExp(`<(/?)(${TAG_NAMES.join('|')})(?:=([^>\\s]+))?>`, 'g');

/** Their content is the action itself, whatever it looks like. */
const PLAIN = new Set(['action', 'search', 'execute_bash', 'execute_ipython', 'execute_browse']);

/** By name: its opening and closing tags alone. */
const SAME = new Map(
  TAG_NAMES.map((name) => [name, new RegExp(`<(/?)${name}(?:=[^>\\s]+)?>`, 'g')]),
);

interface Tag extends Range {
  name: string;
  role: TagRole;
  closing: boolean;
  /** Where the call's name stands in the tag itself. */
  call: Range | null;
}

/**
 * Splits an agent's text by its tags: thinking, calls, answers, and what the environment put between
 * (`<tool_response>`, `<information>`), after which the next text is a new turn. Tags stay outside.
 */
export class TagSplitter {
  private readonly tags: Finder;
  private readonly same = new Map<string, Finder>();
  private resulted = false;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
    private readonly thoughts: readonly Slice[] = [],
  ) {
    this.tags = new Finder(source.text, TAG);
  }

  split({ start, end }: Range, calls: WhichCalls): void {
    this.resulted = false;
    let at = start;
    while (at < end) {
      const tag = this.nextTag(at, end);
      this.plain({ start: at, end: tag?.start ?? end }, tag);
      if (!tag) return;
      if (!tag.call) this.build.label(this.slice(tag));
      if (tag.closing) this.report('stray-tag', `Nothing opens \`</${tag.name}>\`.`, tag);
      at = tag.closing ? tag.end : this.element(tag, { limit: end, calls });
    }
  }

  /** Text outside of tags. Before a closing think tag that nothing opened, its paragraph is thinking. */
  private plain(range: Range, next: Tag | null): void {
    if (!this.inTurn(range)) return;
    if (next?.closing !== true || next.role !== 'think') {
      this.build.say(this.slice(range));
      return;
    }
    const text = this.source.text.slice(range.start, range.end).trimEnd();
    const gap = text.lastIndexOf('\n\n');
    const paragraph = range.start + Math.max(gap, 0);
    this.build.say(this.slice({ start: range.start, end: paragraph }));
    this.build.put('reasoning', this.slice({ start: paragraph, end: range.end }));
  }

  /** Writes the tag's content; returns where it ends. */
  private element(tag: Tag, { limit, calls }: { limit: number; calls: WhichCalls }): number {
    const close = this.closing(tag, limit);
    const inner = { start: tag.end, end: close.start };
    if (tag.role === 'result') {
      this.build.result();
      this.build.put('observation', this.slice(inner));
      this.resulted = true;
    } else if (this.inTurn(inner)) {
      if (tag.role === 'think') this.think(inner);
      else if (tag.role === 'answer') this.build.put('answer', this.slice(inner));
      else if (calls === 'here') this.call(tag, inner);
    }
    this.build.label(this.slice(close));
    return close.end;
  }

  private think({ start, end }: Range): void {
    if (isRepeated(this.source.text.slice(start, end), this.thoughts)) return;
    this.build.put('reasoning', this.slice({ start, end }));
  }

  private call(tag: Tag, inner: Range): void {
    if (tag.call) this.build.call({ name: this.slice(tag.call), arguments: this.slice(inner) });
    else if (PLAIN.has(tag.name)) this.build.put('action', this.slice(inner));
    else writtenCall(this.build, this.source, inner);
  }

  private inTurn({ start, end }: Range): boolean {
    if (this.source.text.slice(start, end).trim() === '') return false;
    if (this.resulted) this.build.turn();
    this.resulted = false;
    return true;
  }

  private slice({ start, end }: Range): Slice {
    return plainSlice(this.source, start, end);
  }

  private nextTag(from: number, limit: number): Tag | null {
    const found = this.tags.next(from, limit);
    if (!found) return null;
    const name = found.groups[2]!;
    const call = found.groups[3];
    const nameEnd = found.end - 1;
    return {
      start: found.start,
      end: found.end,
      name,
      role: ROLES[name]!,
      closing: found.groups[1] === '/',
      call: call === undefined ? null : { start: nameEnd - call.length, end: nameEnd },
    };
  }

  /** The closing tag; where it is missing, the next tag's start, or the limit. */
  private closing(tag: Tag, limit: number): Range {
    let same = this.same.get(tag.name);
    same ??= new Finder(this.source.text, SAME.get(tag.name)!);
    this.same.set(tag.name, same);
    const close = same.next(tag.end, limit);
    if (close?.groups[1] === '/') return close;
    this.report('unterminated-tag', `\`<${tag.name}>\` is never closed.`, tag);
    const end = this.nextTag(tag.end, limit)?.start ?? limit;
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
