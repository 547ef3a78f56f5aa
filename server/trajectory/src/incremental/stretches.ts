import { FRESH, type Builder } from '../assemble/builder.ts';
import { finish } from '../assemble/finish.ts';
import { KIND_CODE, order } from '../assemble/marks.ts';
import { parse } from '../parse.ts';
import type { Parsed } from '../types.ts';
import { after, type Block } from './block.ts';
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

/** Chunks that hold whole stretches: an edit leaves nearly all of them the very same objects. */
export interface Region {
  readonly chunks: readonly Chunk[];
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

export function* regions(file: TrackedFile, boundary: Boundary): Iterable<Region> {
  let chunks: Chunk[] = [];
  let [start, end, line, nextLine] = [0, 0, 0, 0];
  for (const chunk of file.chunks) {
    if (chunk.blocks.length === 0) continue;
    if (chunks.length > 0 && blockBegins(chunk.blocks[0]!, boundary)) {
      yield { chunks, start, end, line };
      [chunks, start, line] = [[], end, nextLine];
    }
    chunks.push(chunk);
    end += chunk.length;
    nextLine += chunkIndex(chunk).lines[chunk.blocks.length]!;
  }
  if (chunks.length > 0) yield { chunks, start, end, line };
}

/** How many spans and steps a stretch has, without reading it out. */
export function countStretch(
  file: TrackedFile,
  stretch: Stretch,
): { spans: number; steps: number } {
  if (file.cut === 'whole') {
    const { spans } = parsedStretch(file, stretch);
    return {
      spans: spans.length,
      steps: new Set(spans.map((one) => `${one.traj}:${one.step}`)).size,
    };
  }
  let spans = 0;
  let steps = 0;
  for (const { builder } of stretch.blocks) {
    const { marks } = builder;
    spans += marks.count;
    for (let i = 0; i < marks.count; i += 1) {
      const isNew =
        i === 0 || marks.step(i) !== marks.step(i - 1) || marks.traj(i) !== marks.traj(i - 1);
      if (isNew) steps += 1;
    }
  }
  return { spans, steps };
}

/** The stretch that holds an offset; null in an empty file. */
export function stretchAt(file: TrackedFile, boundary: Boundary, offset: number): Stretch | null {
  for (const stretch of stretches(file, boundary, { from: offset, to: offset })) return stretch;
  return null;
}

export function stretchText({ blocks }: Pick<Stretch, 'blocks'>): string {
  if (blocks.length === 1) return blocks[0]!.text;
  const known = joined.get(blocks);
  if (known !== undefined) return known;
  const text = blocks.map((block) => block.text).join('');
  joined.set(blocks, text);
  return text;
}

/** A session of 20 MB is put together once for all who look at it, which takes longer than reading it out. */
const joined = new WeakMap<Stretch['blocks'], string>();

/**
 * What `parse` finds there. A stretch that begins within a trajectory has that as its first one; its
 * steps go on from `step`, which `stepBefore` tells.
 */
export function parsedStretch(file: TrackedFile, stretch: Stretch, step = 0): Parsed {
  const text = stretchText(stretch);
  if (file.cut === 'whole') return parse(text, file.options);
  const from = continuesTrajectory(stretch) ? step : null;
  return finish(text, file.verdict, flatten(stretch.blocks, from));
}

/** Whether a trajectory was going on that the stretch goes on with. */
export function continuesTrajectory({ start, blocks }: Stretch): boolean {
  return start > 0 && !startsTrajectory(blocks[0]!);
}

/** The step that a stretch goes on from, counted through its trajectory. */
export function stepBefore(file: TrackedFile, stretch: Stretch): number {
  if (!continuesTrajectory(stretch)) return 0;
  const whole = stretchAt(file, 'trajectory', stretch.start);
  let state = FRESH;
  for (const block of whole?.blocks ?? []) {
    if (block === stretch.blocks[0]) break;
    state = after(state, block);
  }
  return state.step;
}

/** Spans and labels of a stretch as numbers, for who colours them: three a span, two a label, in order. */
export interface Marking {
  /** Start, end, and the kind's place in `SPAN_KINDS`. */
  spans: readonly number[];
  labels: readonly number[];
}

export function markStretch(file: TrackedFile, stretch: Stretch): Marking {
  if (file.cut === 'whole') {
    const { spans, labels } = parsedStretch(file, stretch);
    return {
      spans: spans.flatMap(({ start, end, kind }) => [start, end, KIND_CODE[kind]]),
      labels: labels.flatMap(({ start, end }) => [start, end]),
    };
  }
  const { blocks } = stretch;
  const builder = blocks.length === 1 ? blocks[0]!.builder : flatten(blocks);
  return { spans: markedSpans(builder), labels: inOrder(builder.labels) };
}

function markedSpans({ marks, exit }: Builder): number[] {
  const { sorted } = order(marks);
  const acting = exit.acts && exit.pending.length > 0 ? new Set(exit.pending) : null;
  const spans: number[] = [];
  for (const mark of sorted) {
    const kind = acting?.has(mark) ? KIND_CODE.reasoning : marks.kind(mark);
    spans.push(marks.start(mark), marks.end(mark), kind);
  }
  return spans;
}

/** Labels are mostly written in the order of the text. */
function inOrder(labels: readonly number[]): readonly number[] {
  for (let i = 2; i < labels.length; i += 2) {
    if (labels[i]! < labels[i - 2]!) {
      const pairs: [number, number][] = [];
      for (let at = 0; at < labels.length; at += 2) pairs.push([labels[at]!, labels[at + 1]!]);
      return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat();
    }
  }
  return labels;
}

function begins(cursor: Readonly<Pick<Cursor, 'start' | 'block'>>, boundary: Boundary): boolean {
  return cursor.start === 0 || blockBegins(cursor.block, boundary);
}

function blockBegins(block: Block, boundary: Boundary): boolean {
  if (!block.startsLine) return false;
  const { lead } = block.builder;
  if (!lead.settled || lead.acts || lead.pending.length > 0) return false;
  return boundary === 'turn' || startsTrajectory(block);
}

/** Nothing in the block belongs to a trajectory before it. */
function startsTrajectory({ entry, builder }: Block): boolean {
  const { lead } = builder;
  if (entry.startsWith(NOT_OPEN)) return true;
  const isEmpty = lead.marks === 0 && lead.pictures === 0 && lead.id === null;
  return builder.trajectories > 0 && lead.closedAt >= 0 && isEmpty;
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
