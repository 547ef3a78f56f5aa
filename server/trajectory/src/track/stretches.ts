import { finish } from '../build/finish.ts';
import { parse } from '../parse.ts';
import type { Parsed } from '../types.ts';
import type { Block } from './block.ts';
import { chunkIndex } from './chunkIndex.ts';
import type { Chunk } from './chunks.ts';
import { flatten } from './flatten.ts';
import type { TrackedFile } from './trackedFile.ts';

/**
 * Where a stretch may begin. `turn`: nothing before it and nothing in it change each other's kinds;
 * `trajectory`: it is also the start of a trajectory.
 */
export type Boundary = 'turn' | 'trajectory';

/** Blocks that can be read by themselves. What is read has offsets from `start`. */
export interface Stretch {
  readonly blocks: readonly Block[];
  readonly start: number;
  /** Number of its first line, and of its first trajectory. */
  readonly line: number;
  readonly traj: number;
}

/** The stretches that overlap `[from, to]`, in order. */
export function* stretches(
  file: TrackedFile,
  boundary: Boundary,
  { from = 0, to = Infinity }: { from?: number; to?: number } = {},
): Iterable<Stretch> {
  const cursor = new Cursor(file.chunks);
  cursor.seek(from);
  cursor.backTo(boundary);
  while (!cursor.atEnd && cursor.start <= to) {
    const { start, line, traj } = cursor;
    yield { blocks: cursor.take(boundary), start, line, traj };
  }
}

/** The stretch that holds an offset; null in an empty file. */
export function stretchAt(file: TrackedFile, boundary: Boundary, offset: number): Stretch | null {
  for (const stretch of stretches(file, boundary, { from: offset, to: offset })) return stretch;
  return null;
}

export function stretchText({ blocks }: Stretch): string {
  return blocks.length === 1 ? blocks[0]!.text : blocks.map((block) => block.text).join('');
}

/**
 * What `parse` finds there. Of a stretch that begins at a turn only kinds, labels and problems mean
 * something: its steps and trajectories are not counted from the start of the file.
 */
export function parsedStretch(file: TrackedFile, stretch: Stretch): Parsed {
  const text = stretchText(stretch);
  if (file.cut === 'whole') return parse(text, file.options);
  return finish(text, file.verdict, flatten(stretch.blocks));
}

function begins(cursor: Readonly<Pick<Cursor, 'start' | 'block'>>, boundary: Boundary): boolean {
  if (cursor.start === 0) return true;
  const { entry, builder } = cursor.block;
  const { lead } = builder;
  if (!lead.settled || lead.acts || lead.pending.length > 0) return false;
  if (boundary === 'turn' || entry.startsWith(NOT_OPEN)) return true;
  return lead.closedAt >= 0 && lead.marks === 0 && lead.id === null;
}

/** How the `entry` of a block begins that comes when no trajectory is open. */
const NOT_OPEN = 'false ';

class Cursor {
  private chunk = 0;
  private at = 0;
  private chunkStart = 0;
  private chunkLine = 0;
  private chunkTraj = 0;

  constructor(private readonly chunks: readonly Chunk[]) {
    if (!this.atEnd && chunks[0]!.blocks.length === 0) this.nextChunk();
  }

  get atEnd(): boolean {
    return this.chunk >= this.chunks.length;
  }

  get block(): Block {
    return this.chunks[this.chunk]!.blocks[this.at]!;
  }

  get start(): number {
    return this.chunkStart + this.index.offsets[this.at]!;
  }

  get line(): number {
    return this.chunkLine + this.index.lines[this.at]!;
  }

  get traj(): number {
    return this.chunkTraj + this.index.trajectories[this.at]!;
  }

  /** To the block that holds an offset; the last one for all behind it. */
  seek(offset: number): void {
    while (
      this.chunk + 1 < this.chunks.length &&
      offset >= this.chunkStart + this.chunks[this.chunk]!.length
    ) {
      this.nextChunk();
    }
    if (this.atEnd) return;
    const { offsets } = this.index;
    const last = this.chunks[this.chunk]!.blocks.length - 1;
    while (this.at < last && offset >= this.chunkStart + offsets[this.at + 1]!) this.at += 1;
  }

  /** Back to where the stretch begins. */
  backTo(boundary: Boundary): void {
    while (!this.atEnd && !begins(this, boundary)) this.back();
  }

  /** The blocks of the stretch that begins here; goes behind them. */
  take(boundary: Boundary): Block[] {
    const blocks: Block[] = [];
    while (!this.atEnd && (blocks.length === 0 || !begins(this, boundary))) {
      blocks.push(this.block);
      this.advance();
    }
    return blocks;
  }

  private advance(): void {
    this.at += 1;
    if (this.at >= this.chunks[this.chunk]!.blocks.length) this.nextChunk();
  }

  private back(): void {
    if (this.at > 0) {
      this.at -= 1;
      return;
    }
    this.chunk -= 1;
    const { blocks, length } = this.chunks[this.chunk]!;
    const { lines, trajectories } = this.index;
    this.chunkStart -= length;
    this.chunkLine -= lines[blocks.length]!;
    this.chunkTraj -= trajectories[blocks.length]!;
    this.at = blocks.length - 1;
  }

  private get index() {
    return chunkIndex(this.chunks[this.chunk]!);
  }

  private nextChunk(): void {
    const chunk = this.chunks[this.chunk]!;
    const { lines, trajectories } = this.index;
    this.chunkStart += chunk.length;
    this.chunkLine += lines[chunk.blocks.length]!;
    this.chunkTraj += trajectories[chunk.blocks.length]!;
    this.chunk += 1;
    this.at = 0;
  }
}
