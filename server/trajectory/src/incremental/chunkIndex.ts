import { Lines } from '../text/lines.ts';
import type { Block } from './block.ts';
import type { Chunk } from './chunks.ts';

/** Where the blocks of a chunk are, from its start; each list has one entry more, for its end. */
export interface ChunkIndex {
  offsets: Int32Array;
  /** Line ends before each block, and trajectories that were opened. */
  lines: Int32Array;
  trajectories: Int32Array;
  /** Where the last line begins that begins in the chunk, -1 where none does. */
  lastLine: number;
}

const INDEXES = new WeakMap<Chunk, ChunkIndex>();

/** Made when first asked for: chunks do not change. */
export function chunkIndex(chunk: Chunk): ChunkIndex {
  const known = INDEXES.get(chunk);
  if (known) return known;
  const { blocks } = chunk;
  const offsets = new Int32Array(blocks.length + 1);
  const lines = new Int32Array(blocks.length + 1);
  const trajectories = new Int32Array(blocks.length + 1);
  blocks.forEach((block, i) => {
    offsets[i + 1] = offsets[i]! + block.text.length;
    lines[i + 1] = lines[i]! + lineEnds(block);
    trajectories[i + 1] = trajectories[i]! + block.builder.trajectories;
  });
  const index = { offsets, lines, trajectories, lastLine: -1 };
  index.lastLine = lineBefore(chunk, index, blocks.length);
  INDEXES.set(chunk, index);
  return index;
}

/** Where the last line begins that begins in the first blocks of a chunk, -1 where none does. */
export function lineBefore(
  { blocks }: Chunk,
  { offsets, lines }: Pick<ChunkIndex, 'offsets' | 'lines'>,
  count: number,
): number {
  for (let i = count - 1; i >= 0; i -= 1) {
    if (lines[i + 1] === lines[i]) continue;
    const starts = lineStarts(blocks[i]!);
    return offsets[i]! + starts[starts.length - 1]!;
  }
  return -1;
}

const STARTS = new WeakMap<Block, Int32Array>();
const NO_LINE_END = new Int32Array(0);

/** Where the block's lines after the first begin. */
export function lineStarts(block: Block): Int32Array {
  const { text } = block;
  if (lastLineIsOnly(text)) {
    return endsLine(text) ? Int32Array.of(text.length) : NO_LINE_END;
  }
  const known = STARTS.get(block);
  if (known) return known;
  const starts: number[] = [];
  const lines = new Lines(text);
  while (lines.advance()) if (lines.end < text.length) starts.push(lines.next);
  const list = Int32Array.from(starts);
  STARTS.set(block, list);
  return list;
}

function lineEnds(block: Block): number {
  const { text } = block;
  if (lastLineIsOnly(text)) return endsLine(text) ? 1 : 0;
  return lineStarts(block).length;
}

/** A block of JSON lines is one line: nothing is kept for it. */
function lastLineIsOnly(text: string): boolean {
  const feed = text.indexOf('\n');
  const carriage = text.indexOf('\r');
  if (carriage >= 0 && carriage < text.length - 1) {
    return carriage === text.length - 2 && feed === text.length - 1;
  }
  return feed < 0 || (feed === text.length - 1 && carriage < 0);
}

function endsLine(text: string): boolean {
  return text.endsWith('\n') || text.endsWith('\r');
}
