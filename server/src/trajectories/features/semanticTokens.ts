import {
  markStretch,
  stretches,
  stretchText,
  type Marking,
  type Parsed,
  type Stretch,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type {
  CancellationToken,
  Range,
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensLegend,
} from 'vscode-languageserver';
import { SPAN_KINDS, type SpanKind, type Range as Offsets } from '@deepcoder/vocabulary';
import { breathe } from '../../lsp/breathe.ts';
import type { Supervision } from '../configInForce/supervision.ts';
import { LineMap } from '../document/lineMap.ts';
import { sameBlocks, sectionOf } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import { leftOutRanges } from './leftOut.ts';

const MODIFIERS = ['label', 'supervised', 'masked', 'truncated'] as const;

export const LEGEND: SemanticTokensLegend = {
  tokenTypes: [...SPAN_KINDS],
  tokenModifiers: [...MODIFIERS],
};

const LABEL = 1;
const SUPERVISED = 2;
const MASKED = 4;
const TRUNCATED = 8;

/** Tokens of a stretch: line, character, length, kind, label, offset; counted from the stretch's start. */
const WIDTH = 6;

interface Encoded {
  blocks: Stretch['blocks'];
  cells: readonly number[];
}

const known = new WeakMap<Stretch['blocks'][number], Encoded>();

/**
 * The document's tokens, or those of the lines of a range, in LSP's relative encoding; null where the
 * client has let go.
 */
export async function semanticTokenData(
  document: TrackedDocument,
  { range, supervision }: { range?: Range; supervision: Supervision | null },
  token: CancellationToken,
): Promise<number[] | null> {
  const from = range ? document.offsetAt({ line: range.start.line, character: 0 }) : 0;
  const to = range ? document.offsetAt(range.end) : Infinity;
  const file = range ? document.readUpTo(to) : document.readFile();
  const data: number[] = [];
  if (!file) return data;
  const pause = breathe(token);
  const leftOut = supervision
    ? await leftOutRanges(document, { file, from, to }, { choice: supervision.learnt, pause })
    : [];
  if (!leftOut) return null;
  const writer = new Writer(data, supervision, leftOut);
  for (const stretch of stretches(file, 'turn', { from, to })) {
    const first = range ? range.start.line - stretch.line : 0;
    const last = range ? range.end.line - stretch.line : Infinity;
    writer.add(encoded(document, file, stretch), stretch, { first, last });
    if (await pause()) return null;
  }
  return data;
}

function encoded(
  document: TrackedDocument,
  file: TrackedFile,
  stretch: Stretch,
): readonly number[] {
  if (document.handAnnotations.length > 0 && isAnnotated(document, stretch)) {
    const { text, parsed } = sectionOf(document, file, stretch);
    return encode(text, marking(parsed));
  }
  const first = stretch.blocks[0]!;
  const entry = known.get(first);
  if (entry && sameBlocks(entry, stretch)) return entry.cells;
  const cells = encode(stretchText(stretch), markStretch(file, stretch));
  known.set(first, { blocks: stretch.blocks, cells });
  return cells;
}

function isAnnotated(document: TrackedDocument, { start, blocks }: Stretch): boolean {
  const length = blocks.reduce((sum, block) => sum + block.text.length, 0);
  return document.hasAnnotationsIn(start, start + length);
}

function marking({ spans, labels }: Parsed): Marking {
  return {
    spans: spans.flatMap(({ start, end, kind }) => [start, end, SPAN_KINDS.indexOf(kind)]),
    labels: labels.flatMap(({ start, end }) => [start, end]),
  };
}

const OTHER = SPAN_KINDS.indexOf('other');

function encode(text: string, { spans, labels }: Marking): readonly number[] {
  const writer = new CellWriter(text);
  let label = 0;
  let done = 0;
  for (let i = 0; i <= spans.length; i += 3) {
    const until = spans[i] ?? Infinity;
    // A label counts to the span that it introduces; one behind the last span to that.
    const kind = spans[i + 2] ?? spans[i - 1] ?? OTHER;
    for (; label < labels.length && labels[label]! < until; label += 2) {
      const from = Math.max(labels[label]!, done);
      const to = Math.min(labels[label + 1]!, until);
      if (to > from) writer.put(from, to, { kind, label: LABEL });
    }
    if (i === spans.length) break;
    writer.put(until, spans[i + 1]!, { kind, label: 0 });
    done = spans[i + 1]!;
  }
  return writer.cells;
}

/** Cuts what it is given at line ends; to be given in the order of the text. */
class CellWriter {
  readonly cells: number[] = [];
  private readonly lines: LineMap;
  private line = 0;

  constructor(text: string) {
    this.lines = new LineMap(text, 0);
  }

  put(start: number, end: number, { kind, label }: { kind: number; label: number }): void {
    const { starts } = this.lines;
    while (this.line + 1 < starts.length && starts[this.line + 1]! <= start) this.line += 1;
    for (let from = start; ;) {
      const lineStart = starts[this.line]!;
      const next = starts[this.line + 1] ?? Infinity;
      const lineEnd = next === Infinity ? end : this.lines.lineEnd(this.line);
      const to = Math.min(end, lineEnd);
      if (to > from) this.cells.push(this.line, from - lineStart, to - from, kind, label, from);
      if (next >= end) return;
      this.line += 1;
      from = next;
    }
  }
}

/** Writes stretches one after the other in LSP's encoding: relative to the token before. */
class Writer {
  private line = 0;
  private character = 0;
  private nextLeftOut = 0;
  private readonly modifiers: number[];

  constructor(
    private readonly data: number[],
    private readonly supervision: Supervision | null,
    private readonly leftOut: readonly Offsets[],
  ) {
    this.modifiers = SPAN_KINDS.flatMap((kind) => [
      this.bits(kind, 1),
      LABEL | this.bits(kind, supervision?.labels ?? 1),
    ]);
  }

  add(
    cells: readonly number[],
    stretch: Stretch,
    { first, last }: { first: number; last: number },
  ): void {
    const { data, modifiers } = this;
    const hasCuts = (this.supervision?.cuts.length ?? 0) > 0;
    for (let at = 0; at < cells.length; at += WIDTH) {
      const own = cells[at]!;
      if (own < first) continue;
      if (own > last) break;
      const line = stretch.line + own;
      const character = cells[at + 1]!;
      const sameLine = line === this.line;
      const offset = stretch.start + cells[at + 5]!;
      const byKind = modifiers[2 * cells[at + 3]! + cells[at + 4]!]!;
      const modifier = this.isLeftOut(offset) ? (byKind & ~SUPERVISED) | MASKED : byKind;
      data.push(
        line - this.line,
        sameLine ? character - this.character : character,
        cells[at + 2]!,
        cells[at + 3]!,
        hasCuts && this.isCut(offset) ? modifier | TRUNCATED : modifier,
      );
      this.line = line;
      this.character = character;
    }
  }

  /** To be asked in the order of the text. */
  private isLeftOut(offset: number): boolean {
    const { leftOut } = this;
    while (this.nextLeftOut < leftOut.length && leftOut[this.nextLeftOut]!.end <= offset) {
      this.nextLeftOut += 1;
    }
    const next = leftOut[this.nextLeftOut];
    return next !== undefined && next.start <= offset;
  }

  private isCut(offset: number): boolean {
    return (
      this.supervision?.cuts.some(({ start, end }) => start <= offset && offset < end) ?? false
    );
  }

  private bits(kind: SpanKind, factor: number): number {
    if (!this.supervision) return 0;
    return this.supervision.weights[kind] * factor > 0 ? SUPERVISED : MASKED;
  }
}

interface Result {
  id: string;
  data: number[];
}

const results = new WeakMap<TrackedDocument, Result>();
let lastId = 0;

/** All tokens; the answer is remembered for the next `delta`. */
export async function fullTokens(
  document: TrackedDocument,
  supervision: Supervision | null,
  token: CancellationToken,
): Promise<SemanticTokens | null> {
  const now = await semanticTokenData(document, { supervision }, token);
  return now && { resultId: remember(document, now), data: now };
}

/** What has changed since the answer of that id; all tokens where that is not the last one. */
export async function deltaTokens(
  document: TrackedDocument,
  { previousResultId, supervision }: { previousResultId: string; supervision: Supervision | null },
  token: CancellationToken,
): Promise<SemanticTokens | SemanticTokensDelta | null> {
  const previous = results.get(document);
  const now = await semanticTokenData(document, { supervision }, token);
  if (!now) return null;
  const resultId = remember(document, now);
  if (previous?.id !== previousResultId) return { resultId, data: now };
  return { resultId, edits: tokenEdits(previous.data, now) };
}

function remember(document: TrackedDocument, data: number[]): string {
  lastId += 1;
  const id = String(lastId);
  results.set(document, { id, data });
  return id;
}

/** One edit between what both have in common at the start and at the end. */
export function tokenEdits(
  before: readonly number[],
  after: readonly number[],
): SemanticTokensDelta['edits'] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (start === before.length && start === after.length) return [];
  let same = 0;
  while (
    same < shorter - start &&
    before[before.length - 1 - same] === after[after.length - 1 - same]
  ) {
    same += 1;
  }
  return [
    {
      start,
      deleteCount: before.length - same - start,
      data: after.slice(start, after.length - same),
    },
  ];
}
