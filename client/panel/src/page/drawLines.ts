import type uPlot from 'uplot';
import type { Curve, ThinLine } from '../thinLine.ts';
import type { Line } from './chartData.ts';
import { addMark, type LineStyle, type Shape } from './lineStyle.ts';
import type { Theme } from './theme.ts';

/** A line as it is drawn. */
export interface StyledLine extends Line {
  thin: ThinLine;
  style: LineStyle;
}

interface Canvas {
  plot: uPlot;
  context: CanvasRenderingContext2D;
  theme: Theme;
  /** From values to pixels of the canvas. */
  x: (place: number) => number;
  y: (value: number) => number;
}

/** Marks along a line, so that it is told from others without its colour. */
const MARKS_A_LINE = 5;
/** Up to so many lines the values stand behind their averages; of more nobody could tell whose they are. */
const LINES_WITH_VALUES = 12;

/**
 * Draws lines into a plot. uPlot keeps axes, zoom and cursor; drawing here lets every line keep its
 * own x values, whatever the other runs have.
 */
export function drawLines(plot: uPlot, lines: readonly StyledLine[], theme: Theme): void {
  const canvas: Canvas = { plot, context: plot.ctx, theme, ...pixels(plot) };
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  // Marks at the edge of the plot are not cut in half.
  const room = 5 * devicePixelRatio;
  plot.ctx.rect(left - room, top - room, width + 2 * room, height + 2 * room);
  plot.ctx.clip();
  const showsValues = lines.length <= LINES_WITH_VALUES;
  lines.forEach((line, index) =>
    drawLine(canvas, line, { shift: index / lines.length, showsValues }),
  );
  plot.ctx.restore();
}

/** As uPlot's `valToPos`, which looks everything up anew for each of a hundred thousand points. */
function pixels(plot: uPlot): Pick<Canvas, 'x' | 'y'> {
  const along = (scale: 'x' | 'y', measure: (value: number) => number) => {
    const { min = 0, max = 1 } = plot.scales[scale] ?? {};
    const [first, last] = [plot.valToPos(min, scale, true), plot.valToPos(max, scale, true)];
    const [low, high] = [measure(min), measure(max)];
    const slope = (last - first) / (high - low);
    return (value: number) => first + (measure(value) - low) * slope;
  };
  const isLog = Number(plot.scales['y']?.distr) === LOG;
  return { x: along('x', (place) => place), y: along('y', isLog ? Math.log10 : (value) => value) };
}

const LOG = 3;

function drawLine(
  canvas: Canvas,
  { style, thin }: StyledLine,
  { shift, showsValues }: { shift: number; showsValues: boolean },
): void {
  const { context, theme } = canvas;
  const { raw, averaged } = thin;
  context.strokeStyle = context.fillStyle = theme.colour(style.colour);
  if (averaged !== null && showsValues) {
    context.globalAlpha = 0.3;
    strokeLine(canvas, raw, { width: 1 });
    context.globalAlpha = 1;
  }
  const curve = averaged ?? raw;
  strokeLine(canvas, curve, { width: 2, dash: style.dash });
  const finite = finiteIndices(curve.y);
  if (style.evaluation) drawMarks(canvas, style.shape, { curve, at: finite, hollow: true });
  else drawMarks(canvas, style.shape, { curve, at: spread(finite, shift), hollow: false });
  drawBroken(canvas, raw);
}

/** A line through the points, in pieces between the values that are not finite. */
function strokeLine(
  { context, x, y }: Canvas,
  curve: Curve,
  { width, dash = [] }: { width: number; dash?: readonly number[] },
): void {
  const path = new Path2D();
  let isDown = false;
  let [penX, penY] = [Number.NaN, Number.NaN];
  for (let i = 0; i < curve.x.length; i++) {
    const value = curve.y[i]!;
    if (!Number.isFinite(value)) {
      isDown = false;
      continue;
    }
    const [nextX, nextY] = [x(curve.x[i]!), y(value)];
    if (!isDown) path.moveTo(nextX, nextY);
    // What is nearer than can be seen only costs time; where it adds up, it is not near any more.
    else if (Math.abs(nextX - penX) < NEAR && Math.abs(nextY - penY) < NEAR) continue;
    else path.lineTo(nextX, nextY);
    [isDown, penX, penY] = [true, nextX, nextY];
  }
  context.lineWidth = width * devicePixelRatio;
  // Between points this near, or of lines this thin, round joins are not seen and take most of the time.
  context.lineJoin = width > 1 && curve.x.length < DENSE ? 'round' : 'bevel';
  context.setLineDash(dash.map((length) => length * devicePixelRatio));
  context.stroke(path);
  context.setLineDash([]);
}

/** In pixels. */
const NEAR = 0.5;

/** Points of a line, about one to two pixels apart on a plot of usual width. */
const DENSE = 150;

function finiteIndices(y: Float64Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < y.length; i++) if (Number.isFinite(y[i])) found.push(i);
  return found;
}

function drawMarks(
  { context, theme, x, y }: Canvas,
  shape: Shape,
  { curve, at, hollow }: { curve: Curve; at: readonly number[]; hollow: boolean },
): void {
  const path = new Path2D();
  const radius = 3.2 * devicePixelRatio;
  for (const i of at) addMark(path, shape, { x: x(curve.x[i]!), y: y(curve.y[i]!), radius });
  if (hollow) context.fillStyle = theme.colour('--ground');
  context.lineWidth = 1.5 * devicePixelRatio;
  context.fill(path);
  if (hollow) context.stroke(path);
}

/** Some of the points, at even distances; lines that lie on each other get theirs at other places. */
function spread(points: readonly number[], shift: number): number[] {
  if (points.length <= 2 * MARKS_A_LINE) return [...points];
  const every = points.length / MARKS_A_LINE;
  return Array.from(
    { length: MARKS_A_LINE },
    (_, i) => points[Math.floor((i + 0.15 + 0.7 * shift) * every)]!,
  );
}

/** Values that are not finite (or that a log axis cannot show) are crosses at the bottom. */
function drawBroken({ plot, context, theme, x }: Canvas, curve: Curve): void {
  const path = new Path2D();
  const size = 3.5 * devicePixelRatio;
  const bottom = plot.bbox.top + plot.bbox.height - size;
  for (let i = 0; i < curve.x.length; i++) {
    if (Number.isFinite(curve.y[i]!)) continue;
    const place = x(curve.x[i]!);
    path.moveTo(place - size, bottom - size);
    path.lineTo(place + size, bottom + size);
    path.moveTo(place - size, bottom + size);
    path.lineTo(place + size, bottom - size);
  }
  context.strokeStyle = theme.colour('--bad');
  context.lineWidth = 2 * devicePixelRatio;
  context.stroke(path);
}
