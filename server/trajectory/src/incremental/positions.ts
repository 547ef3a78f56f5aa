import { chunkIndex, lineBefore, lineStarts } from './chunkIndex.ts';
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
  let lineStart = 0;
  const wanted = Math.max(0, offset);
  for (const [i, chunk] of chunks.entries()) {
    const index = chunkIndex(chunk);
    if (wanted < start + chunk.length || i === chunks.length - 1) {
      const within = Math.min(wanted - start, chunk.length);
      const block = Math.min(lastAtMost(index.offsets, within), chunk.blocks.length - 1);
      const blockStart = index.offsets[block]!;
      const starts = lineStarts(chunk.blocks[block]!);
      const before = lastAtMost(starts, within - blockStart) + 1;
      const begun = before > 0 ? blockStart + starts[before - 1]! : lineBefore(chunk, index, block);
      return {
        line: line + index.lines[block]! + before,
        character: begun < 0 ? start + within - lineStart : within - begun,
      };
    }
    if (index.lastLine >= 0) lineStart = start + index.lastLine;
    start += chunk.length;
    line += index.lines[chunk.blocks.length]!;
  }
  return { line: 0, character: 0 };
}

/** A character behind the line's end counts as its end, a line behind the last as the file's end. */
export function offsetAt(file: TrackedFile, { line, character }: Position): number {
  if (line < 0) return 0;
  const begins = beginOf(file, line);
  const next = beginOf(file, line + 1);
  if (!begins) return lengthOf(file);
  const end = next ? next.offset - next.lineEnd : lengthOf(file);
  return Math.min(begins.offset + Math.max(0, character), end);
}

function lengthOf({ chunks }: TrackedFile): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** Where a line begins, and the length of the line end before it; null behind the last line. */
function beginOf(
  { chunks }: TrackedFile,
  line: number,
): { offset: number; lineEnd: number } | null {
  if (line === 0) return { offset: 0, lineEnd: 0 };
  let start = 0;
  let before = 0;
  for (const chunk of chunks) {
    const { offsets, lines } = chunkIndex(chunk);
    const here = lines[chunk.blocks.length]!;
    if (line <= before + here) {
      const block = blockOfLineEnd(lines, line - before);
      const { text } = chunk.blocks[block]!;
      const at = lineStarts(chunk.blocks[block]!)[line - before - lines[block]! - 1]!;
      return { offset: start + offsets[block]! + at, lineEnd: lineEndLength(text, at) };
    }
    start += chunk.length;
    before += here;
  }
  return null;
}

function lineEndLength(text: string, to: number): number {
  return text[to - 1] === '\n' && text[to - 2] === '\r' ? 2 : 1;
}

/** The block that holds a line end, counted from 1. */
function blockOfLineEnd(lines: Int32Array, lineEnd: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle + 1]! < lineEnd) low = middle + 1;
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
