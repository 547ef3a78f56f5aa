import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { scanJson } from '../../json/scanJson.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';
import { namedBody } from '../calls/markedCalls.ts';
import { labelledText, labelsAction } from '../shared/labelledText.ts';
import { TagSplitter } from '../shared/tagSplitter.ts';
import { writtenCall } from '../shared/writtenCall.ts';
import { ResultReader } from './resultReader.ts';
import type { Part, Template } from './templates.ts';

/**
 * Reads a stretch as one template renders it. A system turn after the agent has acted opens the next
 * trajectory, and so does a mark for the beginning of a text.
 */
export function readTemplate(
  build: Builder,
  source: Source,
  { template, range }: { template: Template; range: Range },
): void {
  const marks = new RegExp(template.marks);
  const reader = new PartReader(build, source, template);
  let open: OpenPart = { part: template.before, mark: null, start: range.start, at: range.start };
  let last = '';
  let lastEnd = -1;
  marks.lastIndex = range.start;
  for (let mark = marks.exec(source.text); mark; mark = marks.exec(source.text)) {
    if (mark.index >= range.end) break;
    const groups = mark.groups ?? {};
    reader.read(open, mark.index, true);
    const end = mark.index + mark[0].length;
    build.label(plainSlice(source, mark.index, end));
    const goesOn = last === '</s>' && lastEnd === mark.index;
    if (groups['begins'] !== undefined && groups['begins'] !== '</s>' && !goesOn) {
      reader.begins(mark.index);
    }
    open = { part: template.after(groups), mark: groups, start: end, at: mark.index };
    [last, lastEnd] = [mark[0], end];
    if (mark[0] === '') marks.lastIndex += 1;
  }
  reader.read(open, range.end, false);
}

interface OpenPart {
  part: Part;
  mark: Readonly<Record<string, string | undefined>> | null;
  start: number;
  /** Where its mark begins. */
  at: number;
}

class PartReader {
  private readonly splitter: TagSplitter;
  private readonly results: ResultReader;
  private beginsAt = -1;

  constructor(
    private readonly build: Builder,
    private readonly source: Source,
    private readonly template: Template,
  ) {
    this.splitter = new TagSplitter(build, source);
    this.results = new ResultReader(build, source);
  }

  begins(at: number): void {
    if (this.beginsAt < 0) this.beginsAt = at;
  }

  read({ part, mark, start, at }: OpenPart, end: number, isClosed: boolean): void {
    const { build } = this;
    const slice = plainSlice(this.source, start, end);
    const isBlank = this.source.text.slice(start, end).trim() === '';
    // Where the file ends with a header, the agent has not spoken.
    const isTurn = part === 'assistant' && isClosed && mark?.['role'] !== undefined;
    if (part === 'none' || (isBlank && !isTurn && part !== 'tool')) return;
    const isAnswered = part === 'system' && mark?.['role'] === 'SYSTEM' && build.awaitsResult;
    this.open(isAnswered ? 'tool' : part, at);
    if (part === 'assistant') this.agent(slice);
    else if (isAnswered) this.results.tool(slice, null);
    else if (part === 'user') this.results.user(slice);
    else if (part === 'tool') this.tool(slice, mark);
    else if (part === 'tools') this.tools(slice);
    else build.outer(part, slice);
  }

  private open(part: Part, at: number): void {
    const { build, source } = this;
    const acted = build.currentStep > 0;
    const begins = this.beginsAt >= 0 || part === 'system';
    if (!build.isOpen || (acted && begins)) {
      build.trajectory(source.toRaw(this.beginsAt < 0 ? at : this.beginsAt));
    }
    this.beginsAt = -1;
  }

  private agent(slice: Slice): void {
    const { build, source } = this;
    build.run();
    if (labelsAction(slice)) labelledText(build, slice);
    else if (this.template.hasNamedCalls && isNamedCall(slice)) writtenCall(build, source, slice);
    else this.splitter.split(slice, 'here');
  }

  /** Before the agent acts, no tool can have answered: the turn lists them. */
  private tool(slice: Slice, mark: OpenPart['mark']): void {
    if (this.build.currentStep === 0) this.tools(slice);
    else this.results.tool(slice, mark?.['name'] ?? null);
  }

  private tools({ source, start, end }: Slice): void {
    const text = source.text.slice(start, end).trim();
    if (text.startsWith('[') || text.startsWith('{')) this.build.tools(text);
  }
}

/**
 * GLM-4 and others: the tool's name on the line of the turn's mark, where no text of a turn stands, and its
 * arguments as JSON below, to the end.
 */
function isNamedCall({ source, start, end }: Slice): boolean {
  if (/^[\n\r]/.test(source.text.slice(start - 1, start))) return false;
  const named = namedBody(source.text, { start, end });
  if (!named) return false;
  const { value, error } = scanJson(source, named.body, end);
  if (error || value?.type !== 'object') return false;
  return source.text.slice(value.end, end).trim() === '';
}
