import { FRESH, type BuildState } from '../assemble/builder.ts';
import { applyEdits, type TextEdit } from '../edit/textEdit.ts';
import type { Format } from '../formats/format.ts';
import { after, contentEnd, readBlock, shape, type Block, type Cut } from './block.ts';
import { chunkAt, toChunks, type Chunk } from './chunks.ts';
import { pieces } from './pieces.ts';
import {
  indentLength,
  readItem,
  readTail,
  separatorLength,
  type ValueFrame,
} from './valueItems.ts';

/** A file in the blocks that were read by themselves. */
export interface CutFile {
  readonly cut: Cut;
  readonly chunks: readonly Chunk[];
  /** Of a file that is cut at items. */
  readonly frame: ValueFrame | null;
}

/**
 * The chunks after an edit, where the first block begins that was read anew, and how many stand before it;
 * null where only the whole can be read.
 */
export function rereadEdited(
  file: CutFile,
  format: Format,
  { start, end, newText }: TextEdit,
): { chunks: Chunk[]; offset: number; block: number } | null {
  const { chunks } = file;
  const first = Math.max(0, chunkAt(chunks, start).index - 1);
  const last = Math.min(chunks.length - 1, chunkAt(chunks, end).index + 1);
  let offset = 0;
  let block = 0;
  for (let i = 0; i < first; i += 1) {
    offset += chunks[i]!.length;
    block += chunks[i]!.blocks.length;
  }
  const work: Work = { file, format, next: last + 1, blocks: blocksIn(chunks, first, last) };
  const state = stateBefore(chunks, first);
  const edit = { start: start - offset, end: end - offset, newText };
  const fresh = rereadBlocks(work, state, edit);
  if (!fresh) return null;
  const edited = [...chunks.slice(0, first), ...toChunks(fresh.blocks), ...chunks.slice(work.next)];
  const before = work.blocks.slice(0, fresh.from);
  const length = before.reduce((sum, { text }) => sum + text.length, 0);
  return { chunks: edited, offset: offset + length, block: block + fresh.from };
}

/** The blocks around an edit; more are taken from the file, chunk by chunk, as they are needed. */
interface Work {
  file: CutFile;
  format: Format;
  next: number;
  blocks: Block[];
}

/** A stretch of blocks and the texts that stand there now. */
interface Change {
  from: number;
  to: number;
  texts: Iterable<string>;
}

/** Reads anew what the edit touches, and what follows until it was read from the same state before. */
function rereadBlocks(
  work: Work,
  before: BuildState,
  edit: TextEdit,
): { blocks: Block[]; from: number } | null {
  const { blocks } = work;
  const change = work.file.frame ? changedItem(work, edit) : changedPieces(work, edit);
  if (!change) return null;
  const { from, to } = change;
  let state = from > 0 ? blocks[from - 1]!.builder.exit.state : before;
  const fresh: Block[] = [];
  const read = (text: string, old: Block | undefined, isLast = false): boolean => {
    const block = readOne(work, text, { state, isLast, startsLine: old?.startsLine ?? true });
    if (!block || block.needsWhole) return false;
    fresh.push(block);
    state = after(state, block);
    return true;
  };
  for (const text of change.texts) if (!read(text, blocks[from])) return null;
  let rest = to;
  for (;;) {
    if (rest === blocks.length && !takeChunk(work)) break;
    if (blocks[rest]!.entry === shape(state)) break;
    const old = blocks[rest]!;
    if (!read(old.text, old, isEnd(work, rest))) return null;
    rest += 1;
  }
  return { blocks: [...blocks.slice(0, from), ...fresh, ...blocks.slice(rest)], from };
}

function readOne(
  { file, format }: Work,
  text: string,
  { state, isLast, startsLine }: { state: BuildState; isLast: boolean; startsLine: boolean },
): Block | null {
  const { frame, cut } = file;
  if (!frame) return readBlock(format, cut, text, state);
  return isLast ? readTail(frame, state) : readItem(frame, text, { state, startsLine });
}

/** The line that the edit is in; else from the block before it, which may go on, to the one after it. */
function changedPieces({ blocks, format, file }: Work, edit: TextEdit): Change {
  const starts = blockStarts(blocks);
  const at = lastAtMost(starts, edit.start);
  const within =
    file.cut === 'lines' && isWithinLine(blocks[at], movedBy(edit, -(starts[at] ?? 0)));
  const from = within ? at : Math.max(0, at - 1);
  const to = within ? at + 1 : Math.min(starts.length, lastAtMost(starts, edit.end) + 2);
  const old = blocks.slice(from, to).map((block) => block.text);
  const moved = movedBy(edit, -(starts[from] ?? 0));
  return { from, to, texts: pieces(format, file.cut, applyEdits(old.join(''), [moved])) };
}

/** Neither where the line begins nor in its line end: its neighbours stay what they are. */
function isWithinLine(block: Block | undefined, { start, end }: TextEdit): boolean {
  return block !== undefined && start > 0 && end <= contentEnd(block.text);
}

/** The item that the edit is in; null where it is of more than that, or of what stands between items. */
function changedItem(work: Work, edit: TextEdit): Change | null {
  const { blocks, file } = work;
  const starts = blockStarts(blocks);
  const at = lastAtMost(starts, edit.start);
  const isHead = at === 0 && blocks[0] === file.chunks[0]!.blocks[0];
  if (isHead || isEnd(work, at)) return null;
  const { text } = blocks[at]!;
  const moved = movedBy(edit, -starts[at]!);
  const end = text.length - separatorLength(text);
  if (moved.start <= indentLength(text) || moved.end >= end) return null;
  return { from: at, to: at + 1, texts: [applyEdits(text, [moved])] };
}

function movedBy({ start, end, newText }: TextEdit, by: number): TextEdit {
  return { start: start + by, end: end + by, newText };
}

/** Whether it is the file's last block. */
function isEnd({ file, blocks, next }: Work, at: number): boolean {
  return next === file.chunks.length && at === blocks.length - 1;
}

function takeChunk(work: Work): boolean {
  const chunk = work.file.chunks[work.next];
  if (!chunk) return false;
  work.next += 1;
  for (const block of chunk.blocks) work.blocks.push(block);
  return true;
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

function blocksIn(chunks: readonly Chunk[], first: number, last: number): Block[] {
  return chunks.slice(first, last + 1).flatMap((chunk) => chunk.blocks);
}

function stateBefore(chunks: readonly Chunk[], index: number): BuildState {
  const blocks = chunks[index - 1]?.blocks ?? [];
  const before = blocks[blocks.length - 1];
  return before ? before.builder.exit.state : FRESH;
}
