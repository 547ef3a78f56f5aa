import { SPAN_KINDS, type Problem, type Range } from '@deepcoder/vocabulary';
import { checkInterruption } from '../text/interruption.ts';
import type { Parsed, Span, Trajectory } from '../types.ts';
import type { Builder } from './builder.ts';
import { orderPictures } from './pictures.ts';
import { order, type Marks } from './marks.ts';
import { readScript } from './readScript.ts';

/**
 * The builder's marks as sorted spans. Labels are made, messages decode their texts, and `reportRest` adds the
 * problems that another look at the text finds, when they are first asked for: who only colours spans does not
 * pay for it.
 */
export function finish(
  text: string,
  verdict: { format: string; reason: string },
  builder: Builder,
  reportRest: () => void = () => undefined,
): Parsed {
  const { sorted, rank } = order(builder.marks);
  const { marks } = builder;
  const spans = new Array<Span>(sorted.length);
  const escapes = new Array<number>(sorted.length);
  for (let i = 0; i < sorted.length; i += 1) {
    checkInterruption();
    spans[i] = spanOf(marks, sorted[i]!);
    escapes[i] = marks.escapes(sorted[i]!);
  }
  const masked = new Set(builder.maskedMarks.map((mark) => rank[mark]!).filter((at) => at >= 0));
  const pictures = orderPictures(builder.pictures);
  let problems: Problem[] | null = null;
  let labels: Range[] | null = null;
  let trajectories: Trajectory[] | null = null;
  return {
    format: verdict.format,
    reason: verdict.reason,
    spans,
    pictures: pictures.sorted,
    escapes,
    masked,
    get labels() {
      labels ??= labelRanges(builder.labels);
      return labels;
    },
    get problems() {
      if (!problems) reportRest();
      problems ??= builder.problems.sort(byStart);
      return problems;
    },
    get trajectories() {
      trajectories ??= readScript(text, builder, { marks: rank, pictures: pictures.rank });
      return trajectories;
    },
  };
}

function spanOf(marks: Marks, mark: number): Span {
  return {
    start: marks.start(mark),
    end: marks.end(mark),
    kind: SPAN_KINDS[marks.kind(mark)]!,
    step: marks.step(mark),
    traj: marks.traj(mark),
  };
}

function labelRanges(flat: number[]): Range[] {
  const labels: Range[] = [];
  for (let i = 0; i < flat.length; i += 2) labels.push({ start: flat[i]!, end: flat[i + 1]! });
  return isSorted(flat) ? labels : labels.sort(byStart);
}

/** Labels are mostly written in the order of the text. */
function isSorted(flat: readonly number[]): boolean {
  for (let i = 2; i < flat.length; i += 2) if (flat[i]! <= flat[i - 2]!) return false;
  return true;
}

function byStart(a: Range, b: Range): number {
  return a.start - b.start || a.end - b.end;
}
