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
  const rawKept = keptIndices(canvas.plot, line.x, raw);
  if (smoothed !== null) {
    context.globalAlpha = 0.3;
    strokeLine(canvas, pointsOf(canvas.plot, { x: line.x, y: raw, kept: rawKept }), { width: 1 });
    context.globalAlpha = 1;
  }
  const y = smoothed ?? raw;
  const kept = smoothed === null ? rawKept : keptIndices(canvas.plot, line.x, y);
  const segments = pointsOf(canvas.plot, { x: line.x, y, kept });
  strokeLine(canvas, segments, { width: 2, dashed: style.evaluation });
  const points = segments.flat();
  if (style.evaluation) drawMarks(canvas, style.shape, points, { hollow: true });
  else drawMarks(canvas, style.shape, spread(points, shift), { hollow: false });
  drawBroken(canvas, line, rawKept);
}

type Point = readonly [number, number];

/** The kept points in pixels of the canvas, in pieces between the values that are not finite. */
function pointsOf(
  plot: uPlot,
  { x, y, kept }: { x: Float64Array; y: Float64Array; kept: readonly number[] },
): Point[][] {
  const segments: Point[][] = [[]];
  for (const i of kept) {
    const value = y[i]!;
    if (Number.isFinite(value)) {
      segments
        .at(-1)!
        .push([plot.valToPos(x[i]!, 'x', true), plot.valToPos(value, 'y', true)] as const);
    } else if (segments.at(-1)!.length > 0) segments.push([]);
  }
  return segments;
}

function strokeLine(
  { context }: Canvas,
  segments: readonly Point[][],
  { width, dashed = false }: { width: number; dashed?: boolean },
): void {
  const path = new Path2D();
  for (const segment of segments) {
    segment.forEach((point, i) => {
      if (i === 0) path.moveTo(...point);
      else path.lineTo(...point);
    });
  }
  context.lineWidth = width * devicePixelRatio;
  context.setLineDash(dashed ? [5 * devicePixelRatio, 4 * devicePixelRatio] : []);
  context.stroke(path);
  context.setLineDash([]);
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
  if (points.length <= 2 * MARKS_A_LINE) return [...points];
  const every = points.length / MARKS_A_LINE;
  return Array.from(
    { length: MARKS_A_LINE },
    (_, i) => points[Math.floor((i + 0.15 + 0.7 * shift) * every)]!,
  );
}

/** Values that are not finite (or that a log axis cannot show) are crosses at the bottom. */
function drawBroken(
  { plot, context, theme }: Canvas,
  { x, raw }: StyledLine,
  kept: readonly number[],
): void {
  const path = new Path2D();
  const size = 3.5 * devicePixelRatio;
  const bottom = plot.bbox.top + plot.bbox.height - size;
  for (const i of kept) {
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
