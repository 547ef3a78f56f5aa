import {
  applyAnnotations,
  continuesTrajectory,
  parsedStretch,
  stepBefore,
  stretchAt,
  stretches,
  stretchText,
  type Boundary,
  type Parsed,
  type Stretch,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { Position, Range } from 'vscode-languageserver';
import type { Problem, Range as Offsets } from '@deepcoder/vocabulary';
import { LineMap } from './lineMap.ts';
import type { TrackedDocument } from './trackedDocument.ts';

/** A part of a document that is looked at by itself; offsets in it count from `start`. */
export interface Section {
  readonly start: number;
  /** Number of its first trajectory in the document. */
  readonly traj: number;
  readonly text: string;
  readonly parsed: Parsed;
  /** Hand annotations that cannot be applied. */
  readonly annotationProblems: readonly Problem[];
  readonly lines: LineMap;
  /** Only a part of its trajectory. */
  readonly isPart: boolean;
}

/** The trajectories that overlap a stretch of the document, each with all that belongs to it. */
export function* sections(
  document: TrackedDocument,
  within: { from?: number; to?: number; boundary?: Boundary } = {},
): Iterable<Section> {
  const file = document.readFile();
  if (!file) return;
  for (const stretch of stretches(file, within.boundary ?? 'trajectory', within)) {
    yield sectionOf(document, file, stretch, { isPart: within.boundary === 'turn' });
  }
}

/** The same, but of a trajectory that is too long to be read at each request only its turns there. */
export function* nearSections(
  document: TrackedDocument,
  within: { from: number; to: number },
): Iterable<Section> {
  const file = document.readFile();
  if (!file) return;
  for (const whole of stretches(file, 'trajectory', within)) {
    if (!isLonger(whole, LONG_CHARACTERS)) {
      yield sectionOf(document, file, whole);
      continue;
    }
    const from = Math.max(within.from, whole.start);
    const to = Math.min(within.to, endOf(whole) - 1);
    const turns = [...stretches(file, 'turn', { from, to })];
    const part = { ...turns[0]!, blocks: turns.flatMap(({ blocks }) => blocks) };
    yield sectionOf(document, file, part, { isPart: !sameBlocks(part, whole) });
  }
}

const KEPT = 8;
const recent = new WeakMap<
  TrackedDocument,
  { stretch: Stretch; version: number; section: Section }[]
>();

/** Of a longer trajectory only what is near is read where that is enough: a few milliseconds' worth. */
const NEAR_CHARACTERS = 250_000;
/** A longer one is not shown as a whole either; its tokens are not counted unasked. */
const LONG_CHARACTERS = 2_000_000;

function isLonger(stretch: Stretch, than: number): boolean {
  return endOf(stretch) - stretch.start > than;
}

function endOf({ start, blocks }: Stretch): number {
  return blocks.reduce((sum, { text }) => sum + text.length, start);
}

/**
 * The trajectories around an offset; the last few are kept, for requests that come together. `near`: of a
 * long session only the turn with its results, and of that session's steps their numbers.
 */
export function sectionAt(
  document: TrackedDocument,
  offset: number,
  { near = false }: { near?: boolean } = {},
): Section | null {
  const file = document.readFile();
  if (!file) return null;
  const whole = stretchAt(file, 'trajectory', offset);
  const isNear = near && whole && isLonger(whole, NEAR_CHARACTERS);
  const stretch = isNear ? stretchAt(file, 'turn', offset) : whole;
  if (stretch) {
    const list = recent.get(document) ?? [];
    const known = list.find(
      (one) => one.version === document.annotationVersion && sameStretch(one.stretch, stretch),
    );
    if (known) return known.section;
    const isPart = !sameBlocks(stretch, whole!);
    const section = sectionOf(document, file, stretch, { isPart });
    const entry = { stretch, version: document.annotationVersion, section };
    recent.set(document, [entry, ...list.slice(0, KEPT - 1)]);
    return section;
  }
  return null;
}

function sameStretch(a: Stretch, b: Stretch): boolean {
  return a.start === b.start && a.line === b.line && a.traj === b.traj && sameBlocks(a, b);
}

export function sameBlocks(a: Pick<Stretch, 'blocks'>, b: Pick<Stretch, 'blocks'>): boolean {
  return a.blocks.length === b.blocks.length && a.blocks.every((one, i) => one === b.blocks[i]);
}

/** `file` is what the stretch is of: the document may be another one by now. */
export function sectionOf(
  document: TrackedDocument,
  file: TrackedFile,
  stretch: Stretch,
  { isPart = false }: { isPart?: boolean } = {},
): Section {
  const { start } = stretch;
  const continues = continuesTrajectory(stretch);
  const traj = continues ? stretch.traj - 1 : stretch.traj;
  const text = stretchText(stretch);
  const read = parsedStretch(file, stretch, continues ? stepBefore(file, stretch) : 0);
  const own = document.annotationsIn(start, start + text.length);
  const { parsed, problems } =
    own.length === 0 ? { parsed: read, problems: [] } : applyAnnotations(text, read, own);
  const lines = new LineMap(text, stretch.line);
  return { start, traj, text, parsed, annotationProblems: problems, lines, isPart };
}

export function rangeIn({ lines }: Pick<Section, 'lines'>, { start, end }: Offsets): Range {
  return { start: lines.positionAt(start), end: lines.positionAt(end) };
}

export function offsetIn({ lines }: Section, position: Position): number {
  return lines.offsetAt(position);
}

/** Index of the span that holds an offset of the section, ends included; -1: none. */
export function spanAt({ parsed: { spans } }: Section, offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end < offset) low = middle + 1;
    else high = middle;
  }
  const next = spans[low + 1];
  if (next && spans[low]!.end === offset && next.start === offset) return low + 1;
  return low < spans.length && spans[low]!.start <= offset ? low : -1;
}

export function movedRange({ start, end }: Range, by: number): Range {
  return {
    start: { line: start.line + by, character: start.character },
    end: { line: end.line + by, character: end.character },
  };
}
