import { own } from '@deepcoder/vocabulary';
import type { PlannedSeries } from '../chartPlan.ts';
import { svg } from './elements.ts';

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond';

/** Every line differs from the others of its chart in more than its colour. */
export interface LineStyle {
  /** A variable of the style sheet. */
  colour: string;
  shape: Shape;
  /** Evaluations: hollow marks at the points. */
  evaluation: boolean;
  /** Lengths of strokes and gaps, in pixels; empty for a line without gaps. */
  dash: readonly number[];
}

/** Evaluations are dashed, what is measured on own turns dotted. */
const DASHES: Readonly<Record<string, readonly number[]>> = {
  eval: [5, 4],
  play: [5, 4],
  rollout: [2, 3],
};

const ASPECTS: Readonly<Record<string, { colour: string; shape: Shape }>> = {
  all: { colour: '--line-all', shape: 'circle' },
  reasoning: { colour: '--kind-reasoning', shape: 'square' },
  action: { colour: '--kind-action', shape: 'triangle' },
  observation: { colour: '--kind-observation', shape: 'diamond' },
};
const SHAPES: readonly Shape[] = ['square', 'triangle', 'diamond', 'circle'];
const RUN_COLOURS = 8;

export function runColour(index: number): string {
  return `--run-${index % RUN_COLOURS}`;
}

/** One run: colour and shape say what is measured. Several: the colour says the run. */
export function lineStyle(
  { run, aspect, phase }: PlannedSeries,
  { runs, aspects }: { runs: readonly string[]; aspects: readonly string[] },
): LineStyle {
  const known = own(ASPECTS, aspect);
  const place = aspects.filter((other) => own(ASPECTS, other) === undefined).indexOf(aspect);
  const shape = known?.shape ?? SHAPES[place % SHAPES.length] ?? 'circle';
  const colour =
    runs.length > 1
      ? runColour(runs.indexOf(run))
      : (known?.colour ?? runColour(Math.max(0, place)));
  const evaluation = phase === 'eval' || phase === 'play';
  return { colour, shape, evaluation, dash: own(DASHES, phase) ?? [] };
}

/** Corners of a mark of about unit radius around 0; a circle has none. */
const CORNERS: Readonly<Record<Shape, readonly (readonly [number, number])[]>> = {
  circle: [],
  square: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  triangle: [
    [0, -1.2],
    [1.15, 0.9],
    [-1.15, 0.9],
  ],
  diamond: [
    [0, -1.35],
    [1.35, 0],
    [0, 1.35],
    [-1.35, 0],
  ],
};

export function addMark(
  path: Path2D,
  shape: Shape,
  { x, y, radius }: { x: number; y: number; radius: number },
): void {
  const corners = CORNERS[shape];
  if (corners.length === 0) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], i) => {
    if (i === 0) path.moveTo(x + dx * radius, y + dy * radius);
    else path.lineTo(x + dx * radius, y + dy * radius);
  });
  path.closePath();
}

/** A piece of the line with its mark, for the legend. */
export function swatch({ colour, shape, evaluation, dash }: LineStyle): SVGElement {
  const corners = CORNERS[shape];
  const paint = {
    fill: evaluation ? 'var(--ground)' : `var(${colour})`,
    stroke: `var(${colour})`,
    'stroke-width': 1.6,
  };
  const mark =
    corners.length === 0
      ? svg('circle', { cx: 13, cy: 7, r: 3.5, ...paint })
      : svg('polygon', {
          points: corners.map(([x, y]) => `${13 + 3.5 * x},${7 + 3.5 * y}`).join(' '),
          ...paint,
        });
  const line = svg('line', { x1: 0, x2: 26, y1: 7, y2: 7, ...paint, 'stroke-width': 2 });
  if (dash.length > 0) line.setAttribute('stroke-dasharray', dash.join(' '));
  return svg('svg', { viewBox: '0 0 26 14', class: 'swatch', 'aria-hidden': 'true' }, line, mark);
}
