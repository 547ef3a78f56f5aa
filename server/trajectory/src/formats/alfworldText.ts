import type { Range, SpanKind } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { Lines } from '../text/lines.ts';
import { plainSlice, type Source } from '../text/source.ts';
import type { Format } from './format.ts';

/**
 * ALFWorld as text: the room and `Your task is to:`, then `> ` lines of the agent, `> think:` among
 * them, and what the world answers.
 */
export const alfworldText: Format = {
  id: 'alfworld_text',
  title: 'ALFWorld text',
  detect: ({ shape, head }) =>
    shape === 'text' && head.includes(ROOM) && /^> ?[^\s>]/m.test(head)
      ? 'a room and `> ` lines'
      : null,
  text: readAlfworld,
  blocks: {
    begins: isFirstRoom,
    read: readAlfworld,
  },
  demonstrations(text, promptEnd) {
    const [first, own] = [text.indexOf(ROOM), text.lastIndexOf(ROOM, promptEnd)];
    return own > first && first >= 0 ? { first, own } : null;
  },
};

const ROOM = 'You are in the middle of a room';

function readAlfworld(build: Builder, source: Source, range: Range): void {
  new AlfworldReader(build, source).read(range);
}

/** Looking around says the same words; a new game goes on with its task. */
function isFirstRoom(text: string, start: number): boolean {
  if (!text.startsWith(ROOM, start)) return false;
  return /^[^\r\n]*[\r\n]\s*Your task is to:/.test(text.slice(start, start + 4000));
}

const LABEL = /[ \t]*(?:(> ?)(think:|ActionPath:)?|(Your task is to:)|(STATUS:|New plan:))/iy;

class AlfworldReader {
  private open: { kind: SpanKind; start: number; end: number } | null = null;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
  ) {}

  read({ start, end }: Range): void {
    const lines = new Lines(this.source.text, start, end);
    while (lines.advance()) this.line(lines.start, lines.end);
    this.flush();
  }

  private line(start: number, end: number): void {
    const { text } = this.source;
    LABEL.lastIndex = start;
    const match = LABEL.exec(text);
    if (match && LABEL.lastIndex <= end) {
      this.flush();
      this.build.label(plainSlice(this.source, start, LABEL.lastIndex));
      const at = LABEL.lastIndex;
      if (match[1]) this.agentLine(match[2] ? 'reasoning' : 'action', { start: at, end });
      else this.open = { kind: match[3] ? 'task' : 'other', start: at, end };
    } else if (isFirstRoom(text, start)) {
      this.flush();
      if (!this.isOnlyPrompt()) this.build.trajectory(this.source.toRaw(start));
      this.open = { kind: 'observation', start, end };
    } else if (this.open) {
      this.open.end = end;
    } else if (end > start) {
      const before = this.build.isOpen ? 'observation' : 'system';
      this.open = { kind: before, start, end };
    }
  }

  /** The prompt of the game that begins here has its instructions and examples before it. */
  private isOnlyPrompt(): boolean {
    const { isOpen, currentStep, hasTask } = this.build;
    return isOpen && currentStep === 0 && !hasTask;
  }

  private agentLine(kind: SpanKind, range: Range): void {
    this.build.turn();
    this.build.put(kind, plainSlice(this.source, range.start, range.end));
  }

  private flush(): void {
    const { open, build } = this;
    this.open = null;
    if (!open) return;
    const slice = plainSlice(this.source, open.start, open.end);
    if (open.kind === 'observation') {
      build.result();
      build.put('observation', slice);
    } else if (open.kind === 'task' || open.kind === 'system' || open.kind === 'other') {
      build.outer(open.kind, slice);
    }
  }
}
