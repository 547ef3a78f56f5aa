import type { Builder } from '../build/builder.ts';
import { Lines } from '../text/lines.ts';
import { plainSlice, type Slice, type Source } from '../text/source.ts';
import type { Range } from '../types.ts';
import type { Format } from './format.ts';

/**
 * aider's chat history: `#### ` lines of the user, `> ` lines of the program, and the model's text
 * between, where SEARCH/REPLACE blocks are the actions.
 */
export const aiderMarkdown: Format = {
  id: 'aider_md',
  title: 'aider chat history',
  detect({ shape, head }) {
    return shape === 'text' && /^# aider chat started at /m.test(head)
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

class AiderReader {
  private open: { kind: 'task' | 'agent'; range: Range } | null = null;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {}

  line(start: number, end: number): void {
    const { text } = this.source;
    if (text.startsWith(HEAD, start)) {
      this.flush();
      this.build.trajectory(start);
      this.label(start, end);
    } else if (text.startsWith('####', start) && (end === start + 4 || text[start + 4] === ' ')) {
      this.extend('task', { start: Math.min(start + 5, end), end });
      this.label(start, Math.min(start + 5, end));
    } else if (text.startsWith('>', start) && (end === start + 1 || text[start + 1] === ' ')) {
      this.flush();
      this.programLine(start, end);
    } else if (this.open?.kind === 'agent' || end > start) {
      if (text.slice(start, end).trim() !== '' || this.open?.kind === 'agent') {
        this.extend('agent', { start, end });
      }
    }
  }

  flush(): void {
    const { open } = this;
    this.open = null;
    if (open?.kind === 'task')
      this.build.outer('task', this.slice(open.range.start, open.range.end));
    else if (open) agentReply(this.build, this.source, open.range);
  }

  private extend(kind: 'task' | 'agent', range: Range): void {
    if (this.open?.kind === kind) {
      this.open.range.end = range.end;
      return;
    }
    this.flush();
    this.open = { kind, range };
  }

  private programLine(start: number, end: number): void {
    const at = Math.min(start + 2, end);
    this.label(start, at);
    DID.lastIndex = at;
    if (DID.test(this.source.text)) {
      this.build.result();
      this.build.put('observation', this.slice(at, end));
    } else {
      this.build.outer('other', this.slice(at, end));
    }
  }

  private slice(start: number, end: number): Slice {
    return plainSlice(this.source, start, end);
  }

  private label(start: number, end: number): void {
    this.build.label(this.slice(start, end));
  }
}

const EDIT =
  /(?:^(`{3,})[^\n\r]*\r?\n)?(?:^[^\n\r]*\r?\n)?^<{5,9} SEARCH[^\n\r]*\r?\n[^]*?^>{5,9} REPLACE[^\n\r]*(?:\r?\n\1[ \t]*$)?/gm;
const THINKING =
  /<(thinking-content-[0-9a-f]+|think)>([^]*?)<\/\1>|^► \*\*THINKING\*\*([^]*?)^► \*\*ANSWER\*\*/gm;

/** Thinking first, then text and edit blocks; the file's name belongs to the block, the fence does not. */
function agentReply(build: Builder, source: Source, { start, end }: Range): void {
  const text = source.text.slice(start, end);
  if (text.trim() === '') return;
  const cut = (from: number, to: number): Slice => plainSlice(source, start + from, start + to);
  build.turn();
  let at = 0;
  for (const match of text.matchAll(THINKING)) {
    const inner = match[2] ?? match[3] ?? '';
    const innerStart = match.index + match[0].indexOf(inner, (match[1]?.length ?? 14) + 2);
    build.say(cut(at, match.index));
    build.label(cut(match.index, innerStart));
    build.put('reasoning', cut(innerStart, innerStart + inner.length));
    at = match.index + match[0].length;
    build.label(cut(innerStart + inner.length, at));
  }
  for (const block of editBlocks(text, at)) {
    build.say(cut(at, block.start));
    build.put('action', cut(block.contentStart, block.contentEnd));
    at = block.end;
  }
  build.say(cut(at, text.length));
}

interface EditBlock extends Range {
  contentStart: number;
  contentEnd: number;
}

function* editBlocks(text: string, from: number): Iterable<EditBlock> {
  EDIT.lastIndex = from;
  for (let match = EDIT.exec(text); match; match = EDIT.exec(text)) {
    const [whole, fence] = match;
    const fenceLine = fence === undefined ? 0 : whole.indexOf('\n') + 1;
    const contentEnd = whole.lastIndexOf('REPLACE') + 'REPLACE'.length;
    yield {
      start: match.index,
      end: match.index + whole.length,
      contentStart: match.index + fenceLine,
      contentEnd: match.index + contentEnd,
    };
  }
}
