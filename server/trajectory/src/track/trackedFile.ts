import { FRESH, type BuildState } from '../build/builder.ts';
import { finish } from '../build/finish.ts';
import type { Format } from '../formats/format.ts';
import { formatById } from '../formats/registry.ts';
import { detect, parse, type Verdict } from '../parse.ts';
import { isJsonLines, openInput } from '../probe.ts';
import { Lines } from '../text/lines.ts';
import { fileSource } from '../text/source.ts';
import { applyEdits, type TextEdit } from '../edit/textEdit.ts';
import type { Parsed, ParseOptions } from '../types.ts';
import { readBlock, shape, type Block, type Cut } from './block.ts';
import { chunkAt, toChunks, type Chunk } from './chunks.ts';
import { flatten } from './flatten.ts';

/**
 * A file that is being edited, held as the blocks that were read by themselves. An edit reads again what
 * it touches, and what follows only as far as that is read from another state. Not changed in place:
 * each edit gives a new one that shares its blocks.
 */
export interface TrackedFile {
  readonly verdict: Verdict;
  readonly cut: Cut;
  readonly chunks: readonly Chunk[];
  readonly options: ParseOptions;
}

export function trackFile(text: string, options: ParseOptions = {}): TrackedFile {
  const { verdict, cut } = judge(text, options);
  const format = formatById(verdict.format);
  const blocks: Block[] = [];
  let state = FRESH;
  if (format && cut !== 'whole') {
    for (const piece of pieces(format, cut, text)) {
      const block = readBlock(format, cut, piece, state);
      if (block.needsWhole) return whole(text, verdict, options);
      blocks.push(block);
      state = after(state, block);
    }
    return { verdict, cut, chunks: toChunks(blocks), options };
  }
  return whole(text, verdict, options);
}

/** The file's text. */
export function textOf(file: TrackedFile): string {
  return blocksOf(file)
    .map((block) => block.text)
    .join('');
}

/** The whole parse, as `parse` of the text would give it. */
export function parsedOf(file: TrackedFile): Parsed {
  const text = textOf(file);
  if (file.cut === 'whole') return parse(text, file.options);
  return finish(text, file.verdict, flatten(blocksOf(file)));
}

/** The file's blocks, in order. */
function blocksOf(file: TrackedFile): Block[] {
  return file.chunks.flatMap((chunk) => chunk.blocks);
}

/** The edits are of the text as it is now, and do not overlap. */
export function editFile(file: TrackedFile, edits: readonly TextEdit[]): TrackedFile {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  return sorted.reduce(editOnce, file);
}

function editOnce(file: TrackedFile, edit: TextEdit): TrackedFile {
  const format = formatById(file.verdict.format);
  const edited = format && file.cut !== 'whole' ? editedChunks(file, format, edit) : null;
  if (edited && (edited.offset > HEAD || !changesVerdict(file, edited.chunks))) {
    return { ...file, chunks: edited.chunks };
  }
  return trackFile(applyEdits(textOf(file), [edit]), file.options);
}

/** The chunks after an edit; null where a line came that only the whole can be read with. */
function editedChunks(
  file: TrackedFile,
  format: Format,
  { start, end, newText }: TextEdit,
): { chunks: Chunk[]; offset: number } | null {
  const { chunks } = file;
  const first = Math.max(0, chunkAt(chunks, start).index - 1);
  const last = Math.min(chunks.length - 1, chunkAt(chunks, end).index + 1);
  let offset = 0;
  for (let i = 0; i < first; i += 1) offset += chunks[i]!.length;
  const work: Work = { file, format, next: last + 1, blocks: blocksIn(chunks, first, last) };
  const state = stateBefore(chunks, first);
  const edit = { start: start - offset, end: end - offset, newText };
  const fresh = rereadBlocks(work, state, edit);
  if (!fresh) return null;
  const edited = [...chunks.slice(0, first), ...toChunks(fresh), ...chunks.slice(work.next)];
  return { chunks: edited, offset };
}

/** The blocks around an edit; more are taken from the file, chunk by chunk, as they are needed. */
interface Work {
  file: TrackedFile;
  format: Format;
  next: number;
  blocks: Block[];
}

/** What detection looks at, with room for the lines that it samples. */
const HEAD = 1 << 18;
const HEAD_LINES = 24;

function changesVerdict(file: TrackedFile, chunks: readonly Chunk[]): boolean {
  let head = '';
  let count = 0;
  for (const chunk of chunks) {
    for (const block of chunk.blocks) {
      if (head.length > HEAD && count >= HEAD_LINES) break;
      head += block.text;
      count += 1;
    }
    if (head.length > HEAD && count >= HEAD_LINES) break;
  }
  const { verdict, cut } = judge(head, file.options);
  return (
    verdict.format !== file.verdict.format ||
    verdict.reason !== file.verdict.reason ||
    cut !== file.cut
  );
}

function judge(text: string, options: ParseOptions): { verdict: Verdict; cut: Cut } {
  const input = openInput(text, options, () => undefined);
  const verdict = detect(input, options.format);
  const format = formatById(verdict.format);
  if (input.shape === 'text') return { verdict, cut: format?.blocks ? 'blocks' : 'whole' };
  const byLine = input.shape === 'jsonl' && isJsonLines(fileSource(text));
  return { verdict, cut: byLine && format?.record ? 'lines' : 'whole' };
}

function whole(text: string, verdict: Verdict, options: ParseOptions): TrackedFile {
  const block: Block = { ...readBlock(NOTHING, 'blocks', text, FRESH), needsWhole: true };
  return { verdict, cut: 'whole', chunks: toChunks([block]), options };
}

const NOTHING: Format = { id: '', title: '', detect: () => null };

/** The text cut: at each line, or at the lines where the format says that a block begins. */
function* pieces(format: Format, cut: Cut, text: string): Iterable<string> {
  const lines = new Lines(text);
  let from = 0;
  while (lines.advance()) {
    const begins = cut === 'lines' || format.blocks?.begins(text, lines.start) === true;
    if (!begins || lines.start === from) continue;
    yield text.slice(from, lines.start);
    from = lines.start;
  }
  if (from < text.length) yield text.slice(from);
}

/** The state behind a block that was read from one of this shape. */
export function after(state: BuildState, { builder }: Block): BuildState {
  const exit = builder.exit.state;
  const carried = builder.lead.closedAt < 0 && state.isOpen;
  return carried ? { ...exit, step: exit.step + state.step - (state.step > 0 ? 1 : 0) } : exit;
}

function blockStarts(blocks: readonly Block[]): number[] {
  const starts = new Array<number>(blocks.length);
  let at = 0;
  for (let i = 0; i < blocks.length; i += 1) {
    starts[i] = at;
    at += blocks[i]!.text.length;
  }
  return starts;
}

/** From the block before the edit, which may end in half a line end, to the one after it. */
function touchedBlocks(starts: number[], { start, end }: TextEdit): { from: number; to: number } {
  const from = Math.max(0, lastAtMost(starts, start) - 1);
  const to = Math.min(starts.length, lastAtMost(starts, end) + 2);
  return { from, to };
}

function lastAtMost(sorted: number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Reads anew what the edit touches, and what follows until it was read from the same state before. */
function rereadBlocks(work: Work, before: BuildState, edit: TextEdit): Block[] | null {
  const { blocks, format } = work;
  const { cut } = work.file;
  const starts = blockStarts(blocks);
  const { from, to } = touchedBlocks(starts, edit);
  const offset = starts[from] ?? 0;
  const old = blocks.slice(from, to).map((block) => block.text);
  const moved = { ...edit, start: edit.start - offset, end: edit.end - offset };
  let state = from > 0 ? blocks[from - 1]!.builder.exit.state : before;
  const fresh: Block[] = [];
  const read = (piece: string): boolean => {
    const block = readBlock(format, cut, piece, state);
    fresh.push(block);
    state = after(state, block);
    return !block.needsWhole;
  };
  for (const piece of pieces(format, cut, applyEdits(old.join(''), [moved]))) {
    if (!read(piece)) return null;
  }
  let rest = to;
  for (;;) {
    if (rest === blocks.length && !takeChunk(work)) break;
    if (blocks[rest]!.entry === shape(state)) break;
    if (!read(blocks[rest]!.text)) return null;
    rest += 1;
  }
  return [...blocks.slice(0, from), ...fresh, ...blocks.slice(rest)];
}

function takeChunk(work: Work): boolean {
  const chunk = work.file.chunks[work.next];
  if (!chunk) return false;
  work.next += 1;
  for (const block of chunk.blocks) work.blocks.push(block);
  return true;
}

function blocksIn(chunks: readonly Chunk[], first: number, last: number): Block[] {
  return chunks.slice(first, last + 1).flatMap((chunk) => chunk.blocks);
}

function stateBefore(chunks: readonly Chunk[], index: number): BuildState {
  const blocks = chunks[index - 1]?.blocks ?? [];
  const before = blocks[blocks.length - 1];
  return before ? before.builder.exit.state : FRESH;
}
