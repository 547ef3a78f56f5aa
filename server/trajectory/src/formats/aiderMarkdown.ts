import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { Lines } from '../text/lines.ts';
import { plainSlice, type Slice, type Source } from '../text/source.ts';
import { editsIn } from './aider/edits.ts';
import type { Format } from './format.ts';

/**
 * aider's chat history: `#### ` lines of the user, `> ` lines of the program, and the model's text
 * between, where SEARCH/REPLACE blocks are the actions.
 */
export const aiderMarkdown: Format = {
  id: 'aider_md',
  title: 'aider chat history',
  detect({ shape, head }) {
    return shape === 'text' && head.includes(HEAD) && /^# aider chat started at /m.test(head)
      ? '`# aider chat started at`'
      : null;
  },
  blocks: {
    begins: (text, start) => text.startsWith(HEAD, start),
    read(build, source, range) {
      const lines = new Lines(source.text, range.start, range.end);
      const reader = new AiderReader(build, source);
      while (lines.advance()) reader.line(lines.start, lines.end);
      reader.flush();
    },
  },
};

const HEAD = '# aider chat started at ';

/** What the program did to files, as against what it says about itself. */
const DID = /(?:Applied edit to |Commit [0-9a-f]{7,} |Added .+ to \.gitignore)/y;

const APPLIED = /Applied edit to ([^\r\n]*)/y;

class AiderReader {
  private open: { kind: 'task' | 'agent'; range: Range } | null = null;
  /** A reply is read when it is known what the program has done with it. */
  private reply: Range | null = null;
  private program: Range[] = [];
  private edited = new Set<string>();

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {}

  line(start: number, end: number): void {
    const { text } = this.source;
    const isHead = text.startsWith(HEAD, start);
    // What stands before the first session is not aider's.
    if (!isHead && !this.build.isOpen) return;
    if (isHead) {
      this.flush();
      this.build.trajectory(this.source.toRaw(start));
      this.label(start, end);
    } else if (text.startsWith('####', start) && (end === start + 4 || text[start + 4] === ' ')) {
      const at = Math.min(start + 5, end);
      this.extend('task', { start: at, end });
      this.label(start, at);
    } else if (text.startsWith('>', start) && (end === start + 1 || text[start + 1] === ' ')) {
      this.close();
      this.programLine(Math.min(start + 2, end), end);
      this.label(start, Math.min(start + 2, end));
    } else if (this.open?.kind === 'agent' || text.slice(start, end).trim() !== '') {
      this.extend('agent', { start, end });
    }
  }

  flush(): void {
    this.close();
    const { reply, program, edited, build, source } = this;
    if (reply) agentReply(build, source, { range: reply, edited });
    for (const line of program) this.did(line);
    this.reply = null;
    this.program = [];
    this.edited = new Set();
  }

  private extend(kind: 'task' | 'agent', range: Range): void {
    if (this.open?.kind === kind) {
      this.open.range.end = range.end;
      return;
    }
    this.flush();
    this.open = { kind, range };
  }

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open?.kind === 'task') {
      this.build.outer('task', this.slice(open.range.start, open.range.end));
    } else if (open) this.reply = open.range;
  }

  private programLine(start: number, end: number): void {
    this.program.push({ start, end });
    APPLIED.lastIndex = start;
    const path = APPLIED.exec(this.source.text)?.[1];
    if (path !== undefined) this.edited.add(path.trim());
  }

  private did({ start, end }: Range): void {
    DID.lastIndex = start;
    if (DID.test(this.source.text)) {
      this.build.result();
      this.build.put('observation', this.slice(start, end));
    } else {
      this.build.outer('other', this.slice(start, end));
    }
  }

  private slice(start: number, end: number): Slice {
    return plainSlice(this.source, start, end);
  }

  private label(start: number, end: number): void {
    this.build.label(this.slice(start, end));
  }
}

const THINKING = /<(thinking-content-[0-9a-f]+|think)>|^► \*\*THINKING\*\*/gm;
const ANSWER = '► **ANSWER**';

/** Thinking first, then text and edits; with SEARCH/REPLACE the file's name belongs to the block. */
function agentReply(
  build: Builder,
  source: Source,
  { range, edited }: { range: Range; edited: ReadonlySet<string> },
): void {
  const text = source.text.slice(range.start, range.end);
  if (text.trim() === '') return;
  const cut = (start: number, end: number): Slice => plainSlice(source, start, end);
  build.turn();
  let at = range.start;
  THINKING.lastIndex = 0;
  for (let match = THINKING.exec(text); match; match = THINKING.exec(text)) {
    const closing = match[1] === undefined ? ANSWER : `</${match[1]}>`;
    const from = THINKING.lastIndex;
    const close = text.indexOf(closing, from);
    const end = close < 0 ? text.length : close;
    build.say(cut(at, range.start + match.index));
    build.label(cut(range.start + match.index, range.start + from));
    build.put('reasoning', cut(range.start + from, range.start + end));
    at = range.start + (close < 0 ? end : end + closing.length);
    build.label(cut(range.start + end, at));
    THINKING.lastIndex = at - range.start;
  }
  for (const edit of editsIn(source.text, { start: at, end: range.end }, edited)) {
    build.say(cut(at, edit.start));
    build.label(cut(edit.start, edit.content.start));
    build.put('action', cut(edit.content.start, edit.content.end));
    at = edit.end;
    build.label(cut(edit.content.end, at));
  }
  build.say(cut(at, range.end));
}
