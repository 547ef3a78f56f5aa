import type { Builder } from '../build/builder.ts';
import { get, inside, isString } from '../json/jsonNode.ts';
import { Lines } from '../text/lines.ts';
import { decodedSource, plainSlice, type Source } from '../text/source.ts';
import type { Range, SpanKind } from '../types.ts';
import type { Format, JsonRecord } from './format.ts';

/**
 * ALFWorld as text: the room and `Your task is to:`, then `> ` lines of the agent, `> think:` among
 * them, and what the world answers. Also with the prompt and the run in `input` and `output` strings.
 */
export const alfworldText: Format = {
  id: 'alfworld_text',
  title: 'ALFWorld text',
  detect({ shape, head, samples }) {
    const room = /You are in the middle of a room/;
    if (shape === 'text')
      return room.test(head) && /^> /m.test(head) ? 'a room and `> ` lines' : null;
    for (const sample of samples.slice(0, 3)) {
      const [input, output] = [get(sample, 'input'), get(sample, 'output')];
      if (!isString(input) || !isString(output)) continue;
      const raw = input.source.text.slice(input.start, input.end);
      if (room.test(raw)) return '`input` with a room and `output`';
    }
    return null;
  },
  record: readPair,
  blocks: {
    begins: isFirstRoom,
    read: readAlfworld,
  },
};

/** Examples in the prompt are demonstrations; only its last room is the agent's own. */
function readPair(build: Builder, { value: record }: JsonRecord): void {
  const [input, output] = [get(record, 'input'), get(record, 'output')];
  if (!isString(input) || !isString(output)) return;
  build.trajectory(record.start);
  const prompt = decodedSource(inside(input));
  const first = prompt.text.indexOf(ROOM);
  const last = prompt.text.lastIndexOf(ROOM);
  if (first >= 0) build.outer('system', plainSlice(prompt, 0, first));
  if (last > first) build.outer('other', plainSlice(prompt, first, last));
  const reader = new AlfworldReader(build, prompt, false);
  reader.read({ start: Math.max(last, 0), end: prompt.text.length });
  const run = decodedSource(inside(output));
  new AlfworldReader(build, run, false).read({ start: 0, end: run.text.length });
  build.close(record.end);
}

const ROOM = 'You are in the middle of a room';

function readAlfworld(build: Builder, source: Source, range: Range): void {
  new AlfworldReader(build, source, true).read(range);
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
    private readonly opensTrajectories: boolean,
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
      if (this.opensTrajectories) this.build.trajectory(this.source.toRaw(start));
      this.open = { kind: 'observation', start, end };
    } else if (this.open) {
      this.open.end = end;
    } else if (end > start) {
      const before = this.build.isOpen ? 'observation' : 'system';
      this.open = { kind: before, start, end };
    }
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
