import type { PlannedChart } from '../chartPlan.ts';
import { formatTicks } from '../formatValue.ts';
import { logTicks } from '../logTicks.ts';
import type { Curve } from '../thinLine.ts';
import { valueAxis } from './chartData.ts';
import type { StyledLine } from './drawLines.ts';
import { formatPlace } from './plot.ts';
import type { Theme } from './theme.ts';
import type { View } from './view.ts';

export interface DrawnChart {
  lines: readonly (StyledLine & { name: string })[];
  view: View;
  theme: Theme;
  range: [number, number];
}

const WIDTH = 800;
const BOX = { left: 70, top: 44, right: 20, bottom: 40 };
const PLOT_HEIGHT = 320;
const LEGEND_LINE = 20;

/** So wide is the plot of such a picture. */
export const SVG_COLUMNS = WIDTH - BOX.left - BOX.right;

/** A chart as it is shown, as a picture of lines that stays sharp at any size. */
export function chartSvg(chart: PlannedChart, drawn: DrawnChart): string {
  const { lines, theme, view, range } = drawn;
  const { log, axis } = view.state;
  const colour = (name: string) => theme.colour(name);
  const thin = lines.map((line) => line.thin);
  const [low, high] = valueAxis(thin, { log, share: chart.unit === 'share' });
  const x = (place: number) =>
    BOX.left + ((place - range[0]) / (range[1] - range[0])) * SVG_COLUMNS;
  const part = (value: number) =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const y = (value: number) => BOX.top + (1 - part(value)) * PLOT_HEIGHT;
  const values = log ? logTicks(low, high) : evenTicks(low, high, 6);
  const labels = formatTicks(values, chart.unit);
  const places = evenTicks(range[0], range[1], 8);
  const bottom = BOX.top + PLOT_HEIGHT;
  const height = bottom + BOX.bottom + LEGEND_LINE * lines.length;
  const grid = `stroke="${colour('--grid')}"`;
  const text = `fill="${colour('--muted')}" font-size="12"`;
  const parts = [
    `<rect width="${WIDTH}" height="${height}" fill="${colour('--ground')}"/>`,
    `<text x="${BOX.left}" y="26" font-size="17" font-weight="600" fill="${colour('--ink')}">${escapeXml(chart.title)}</text>`,
    ...values.map((value, index) => {
      const at = round(y(value));
      return `<line x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${at}" y2="${at}" ${grid}/><text x="${BOX.left - 8}" y="${at + 4}" text-anchor="end" ${text}>${escapeXml(labels[index] ?? '')}</text>`;
    }),
    ...places.map((place) => {
      const at = round(x(place));
      return `<line x1="${at}" x2="${at}" y1="${BOX.top}" y2="${bottom}" ${grid}/><text x="${at}" y="${bottom + 18}" text-anchor="middle" ${text}>${escapeXml(formatPlace(place, axis))}</text>`;
    }),
    `<clipPath id="plot"><rect x="${BOX.left}" y="${BOX.top}" width="${SVG_COLUMNS}" height="${PLOT_HEIGHT}"/></clipPath>`,
    '<g clip-path="url(#plot)">',
    ...lines.flatMap((line) => linePaths(line, { x, y, colour: colour(line.style.colour) })),
    '</g>',
    ...lines.map((line, index) =>
      legendEntry(line, colour, bottom + BOX.bottom + LEGEND_LINE * index),
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif">${parts.join('\n')}</svg>\n`;
}

interface Placing {
  x: (place: number) => number;
  y: (value: number) => number;
  colour: string;
}

function linePaths({ thin, style }: StyledLine, { x, y, colour }: Placing): string[] {
  const { raw, averaged } = thin;
  const path = (curve: Curve, look: string): string => {
    let pen = 'M';
    let commands = '';
    curve.x.forEach((place, index) => {
      const value = curve.y[index]!;
      if (Number.isFinite(value)) commands += `${pen}${round(x(place))} ${round(y(value))}`;
      pen = Number.isFinite(value) ? 'L' : 'M';
    });
    return `<path d="${commands}" fill="none" stroke="${colour}" stroke-linejoin="round" ${look}/>`;
  };
  const dash = style.dash.length > 0 ? ` stroke-dasharray="${style.dash.join(' ')}"` : '';
  return averaged === null
    ? [path(raw, `stroke-width="2"${dash}`)]
    : [
        path(raw, 'stroke-width="1" stroke-opacity="0.3"'),
        path(averaged, `stroke-width="2"${dash}`),
      ];
}

function legendEntry(
  { name, style }: DrawnChart['lines'][number],
  colour: (name: string) => string,
  y: number,
): string {
  const dash = style.dash.length > 0 ? ` stroke-dasharray="${style.dash.join(' ')}"` : '';
  return `<line x1="${BOX.left}" x2="${BOX.left + 26}" y1="${y}" y2="${y}" stroke="${colour(style.colour)}" stroke-width="2"${dash}/><text x="${BOX.left + 34}" y="${y + 4}" font-size="13" fill="${colour('--ink')}">${escapeXml(name)}</text>`;
}

/** About so many round numbers inside a range. */
function evenTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) ticks.push(index * step);
  return ticks;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
