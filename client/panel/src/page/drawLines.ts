import type uPlot from 'uplot';
import { downSample, visibleRange } from '../downSample.ts';
import type { Line } from './chartData.ts';
import { addMark, type LineStyle, type Shape } from './lineStyle.ts';
import type { Theme } from './theme.ts';

export interface StyledLine extends Line {
  style: LineStyle;
}

interface Canvas {
  plot: uPlot;
  context: CanvasRenderingContext2D;
  theme: Theme;
}

/** Marks along a line, so that it is told from others without its colour. */
const MARKS_A_LINE = 5;

/**
 * Draws lines into a plot. uPlot keeps axes, zoom and cursor; drawing here lets every line keep its
 * own x values, whatever the other runs have, and be down-sampled with its extremes.
 */
export function drawLines(plot: uPlot, lines: readonly StyledLine[], theme: Theme): void {
  const canvas: Canvas = { plot, context: plot.ctx, theme };
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  // Marks at the edge of the plot are not cut in half.
  const room = 5 * devicePixelRatio;
  plot.ctx.rect(left - room, top - room, width + 2 * room, height + 2 * room);
  plot.ctx.clip();
  plot.ctx.lineJoin = 'round';
  lines.forEach((line, index) => drawLine(canvas, line, index / lines.length));
  plot.ctx.restore();
}

function drawLine(canvas: Canvas, line: StyledLine, shift: number): void {
  const { context, theme } = canvas;
  const { style, raw, smoothed } = line;
  context.strokeStyle = context.fillStyle = theme.colour(style.colour);
  if (smoothed !== null) {
    context.globalAlpha = 0.3;
    strokeValues(canvas, line, raw, { width: 1, dashed: false });
    context.globalAlpha = 1;
  }
  const shown = smoothed ?? raw;
  const points = strokeValues(canvas, line, shown, { width: 2, dashed: style.evaluation });
  if (style.evaluation) drawMarks(canvas, style.shape, points, { hollow: true });
  else drawMarks(canvas, style.shape, spread(points, shift), { hollow: false });
  drawBroken(canvas, line);
}

type Point = readonly [number, number];

/** Strokes a line through the finite values and returns the points, in pixels of the canvas. */
function strokeValues(
  { plot, context }: Canvas,
  { x }: StyledLine,
  y: Float64Array,
  { width, dashed }: { width: number; dashed: boolean },
): Point[] {
  const path = new Path2D();
  const points: Point[] = [];
  let pen = false;
  for (const i of keptIndices(plot, x, y)) {
    const value = y[i]!;
    if (!Number.isFinite(value)) {
      pen = false;
      continue;
    }
    const point = [plot.valToPos(x[i]!, 'x', true), plot.valToPos(value, 'y', true)] as const;
    if (pen) path.lineTo(...point);
    else path.moveTo(...point);
    pen = true;
    points.push(point);
  }
  context.lineWidth = width * devicePixelRatio;
  context.setLineDash(dashed ? [5 * devicePixelRatio, 4 * devicePixelRatio] : []);
  context.stroke(path);
  context.setLineDash([]);
  return points;
}

function keptIndices(plot: uPlot, x: Float64Array, y: Float64Array): number[] {
  const { min = 0, max = 1 } = plot.scales['x'] ?? {};
  const range = visibleRange(x, [min, max]);
  return downSample({ x, y, range, columns: Math.max(1, Math.round(plot.bbox.width)) });
}

function drawMarks(
  { context, theme }: Canvas,
  shape: Shape,
  points: readonly Point[],
  { hollow }: { hollow: boolean },
): void {
  const path = new Path2D();
  const radius = 3.2 * devicePixelRatio;
  for (const [x, y] of points) addMark(path, shape, { x, y, radius });
  if (hollow) context.fillStyle = theme.colour('--ground');
  context.lineWidth = 1.5 * devicePixelRatio;
  context.fill(path);
  if (hollow) context.stroke(path);
}

/** Some of the points, at even distances; lines that lie on each other get theirs at other places. */
function spread(points: readonly Point[], shift: number): Point[] {
  if (points.length <= MARKS_A_LINE) return [...points];
  const every = points.length / MARKS_A_LINE;
  return Array.from(
    { length: MARKS_A_LINE },
    (_, i) => points[Math.floor((i + 0.15 + 0.7 * shift) * every)]!,
  );
}

/** Values that are not finite (or that a log axis cannot show) are crosses at the bottom. */
function drawBroken({ plot, context, theme }: Canvas, { x, raw }: StyledLine): void {
  const path = new Path2D();
  const size = 3.5 * devicePixelRatio;
  const bottom = plot.bbox.top + plot.bbox.height - size;
  for (const i of keptIndices(plot, x, raw)) {
    if (Number.isFinite(raw[i]!)) continue;
    const place = plot.valToPos(x[i]!, 'x', true);
    path.moveTo(place - size, bottom - size);
    path.lineTo(place + size, bottom + size);
    path.moveTo(place - size, bottom + size);
    path.lineTo(place + size, bottom - size);
  }
  context.strokeStyle = theme.colour('--bad');
  context.lineWidth = 2 * devicePixelRatio;
  context.stroke(path);
}
