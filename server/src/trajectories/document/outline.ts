import { spanText, type Parsed, type Span } from '@deepcoder/trajectory';
import { SPAN_KINDS, type Range as Offsets, type SpanKind } from '@deepcoder/vocabulary';
import type { Section } from './section.ts';

/** A step of a trajectory, with its spans by their place in the section's. */
export interface Step extends Offsets {
  step: number;
  spans: number[];
}

/** A trajectory of a section, with its steps in the order of the text. */
export interface Trajectory extends Offsets {
  /** In the section and in the document. */
  index: number;
  traj: number;
  id: string | null;
  /** Those of a trajectory that lies within another are not next to each other. */
  spans: number[];
  steps: Step[];
}

/** Trajectories with steps. A step begins at the label before its first span. */
export function trajectoriesOf(section: Section): Trajectory[] {
  const { spans, trajectories } = section.parsed;
  const own = trajectories.map((): number[] => []);
  spans.forEach(({ traj }, i) => own[traj]?.push(i));
  return trajectories.map(({ index, id, start, end }, i) => ({
    index,
    traj: section.traj + index,
    id,
    start,
    end,
    spans: own[i]!,
    steps: stepsOf(section.parsed, own[i]!),
  }));
}

function stepsOf(parsed: Parsed, own: readonly number[]): Step[] {
  const steps: Step[] = [];
  for (const i of own) {
    const { step, end } = parsed.spans[i]!;
    const last = steps[steps.length - 1];
    if (last?.step === step) {
      last.spans.push(i);
      last.end = end;
    } else steps.push({ step, spans: [i], start: labelledStart(parsed, i), end });
  }
  return steps;
}

/** Where a span's label begins; the span's own start where it has none. */
export function labelledStart({ spans, labels }: Parsed, index: number): number {
  const { start } = spans[index]!;
  const before = spans[index - 1]?.end ?? 0;
  let low = 0;
  let high = labels.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (labels[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const label = labels[low - 1];
  return label && label.start >= before ? label.start : start;
}

export function countKinds(spans: readonly Span[], own: readonly number[]): Map<SpanKind, number> {
  const counts = new Map<SpanKind, number>();
  for (const i of own) {
    const { kind } = spans[i]!;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** `2 reasoning, 3 action`, in the order of the kinds. */
export function kindCountText(counts: Map<SpanKind, number>): string {
  return SPAN_KINDS.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [`${count} ${kind}`];
  }).join(', ');
}

/** The beginning of a span's decoded text, on one line. */
export function preview({ text, parsed }: Section, index: number, length = 80): string {
  const span = parsed.spans[index]!;
  const cut = { ...span, end: Math.min(span.end, span.start + 4 * length) };
  const decoded = spanText(text, { spans: [cut], escapes: [parsed.escapes[index]!] }, 0);
  const line = decoded.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
