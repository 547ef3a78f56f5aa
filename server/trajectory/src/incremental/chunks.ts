import type { Block } from './block.ts';

/**
 * Some hundred blocks. A file has so few chunks that an edit can copy their list, where a list of a
 * hundred thousand blocks would keep the garbage collector busy.
 */
export interface Chunk {
  readonly blocks: readonly Block[];
  readonly length: number;
}

const SIZE = 256;

export function toChunks(blocks: readonly Block[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let i = 0; i < blocks.length; i += SIZE) {
    const part = blocks.slice(i, i + SIZE);
    chunks.push({ blocks: part, length: part.reduce((sum, block) => sum + block.text.length, 0) });
  }
  return chunks;
}

/** Which chunk an offset is in, and where that begins; the last one for the end of the file. */
export function chunkAt(
  chunks: readonly Chunk[],
  offset: number,
): { index: number; start: number } {
  let start = 0;
  for (let index = 0; index < chunks.length; index += 1) {
    const end = start + chunks[index]!.length;
    if (offset < end || index === chunks.length - 1) return { index, start };
    start = end;
  }
  return { index: 0, start: 0 };
}
