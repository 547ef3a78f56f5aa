import { chunkIndex, lineStarts } from './chunkIndex.ts';
import type { TrackedFile } from './trackedFile.ts';

/** Counted from 0; `character` in UTF-16 units. */
export interface Position {
  line: number;
  character: number;
}

/** Lines of a file: one more than its line ends. */
export function lineCount({ chunks }: TrackedFile): number {
  let lines = 1;
  for (const chunk of chunks) lines += chunkIndex(chunk).lines[chunk.blocks.length]!;
  return lines;
}

/** Without going through the text: over chunks, blocks, and the lines of one block. */
export function positionAt({ chunks }: TrackedFile, offset: number): Position {
  let start = 0;
  let line = 0;
  const wanted = Math.max(0, offset);
  for (const [i, chunk] of chunks.entries()) {
    const { offsets, lines } = chunkIndex(chunk);
    if (wanted < start + chunk.length || i === chunks.length - 1) {
      const within = Math.min(wanted - start, chunk.length);
      const block = Math.min(lastAtMost(offsets, within), chunk.blocks.length - 1);
      const inBlock = within - offsets[block]!;
      const starts = lineStarts(chunk.blocks[block]!);
      const before = lastAtMost(starts, inBlock) + 1;
      return {
        line: line + lines[block]! + before,
        character: inBlock - (before > 0 ? starts[before - 1]! : 0),
      };
    }
    start += chunk.length;
    line += lines[chunk.blocks.length]!;
  }
  return { line: 0, character: 0 };
}

/** A character behind the line's end counts as its end, a line behind the last as the file's end. */
export function offsetAt({ chunks }: TrackedFile, { line, character }: Position): number {
  let start = 0;
  let before = 0;
  if (line < 0) return 0;
  for (const [i, chunk] of chunks.entries()) {
    const { offsets, lines } = chunkIndex(chunk);
    const here = lines[chunk.blocks.length]!;
    const isLast = i === chunks.length - 1;
    if (line < before + here || (isLast && line <= before + here)) {
      const wanted = line - before;
      const block = Math.min(blockOfLine(lines, wanted), chunk.blocks.length - 1);
      const { text } = chunk.blocks[block]!;
      const starts = lineStarts(chunk.blocks[block]!);
      const nth = wanted - lines[block]!;
      const from = nth > 0 ? starts[nth - 1]! : 0;
      const to = starts[nth] ?? text.length;
      const end = to - lineEndLength(text, from, to);
      return start + offsets[block]! + Math.min(from + Math.max(0, character), end);
    }
    start += chunk.length;
    before += here;
  }
  return start;
}

function lineEndLength(text: string, from: number, to: number): number {
  if (to <= from) return 0;
  if (text[to - 1] === '\n') return to - 2 >= from && text[to - 2] === '\r' ? 2 : 1;
  return text[to - 1] === '\r' ? 1 : 0;
}

/** The block in which a line begins: the first one with more line ends behind it. */
function blockOfLine(lines: Int32Array, line: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle + 1]! <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastAtMost(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
