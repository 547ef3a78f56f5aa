import uPlot from 'uplot';
import { formatNumber, formatTicks, formatValue, type Unit } from '../formatValue.ts';
import { logTicks } from '../logTicks.ts';
import type { Theme } from './theme.ts';
import type { Axis } from './view.ts';

export interface PlotOptions {
  host: HTMLElement;
  axis: Axis;
  log: boolean;
  unit: Unit;
  /** What the values' axis says; may be empty. */
  label: string;
  range: [number, number];
  valueRange: () => [number, number];
  theme: Theme;
  onDraw: (plot: uPlot) => void;
  onZoom: (range: [number, number] | null) => void;
  onHover: (place: number | null) => void;
}

export const PLOT_HEIGHT = 220;

/** An empty plot with axes, zoom by dragging, and a cursor. Its lines are drawn by `onDraw`. */
export function createPlot(options: PlotOptions): uPlot {
  const { host, range, log, theme, onDraw, onHover } = options;
  const endTheme = theme.onChange(() => plot.redraw(false, true));
  const plot: uPlot = new uPlot(
    {
      width: Math.max(120, host.clientWidth),
      height: PLOT_HEIGHT,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, range: (_, min, max) => [min, max] },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot declares the enum but has it not at run time
        y: { distr: log ? 3 : 1, range: () => options.valueRange() },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [placeAxis(options), valueAxis(options)],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            options.onZoom(null);
            return null;
          },
        },
      },
      hooks: {
        draw: [onDraw],
        setSelect: [(self) => zoomToSelection(self, options)],
        setCursor: [(self) => onHover(pointedAt(self))],
        destroy: [endTheme],
      },
    },
    // Without data uPlot shows no axes.
    [range, [1, 1]],
    host,
  );
  plot.setScale('x', { min: range[0], max: range[1] });
  return plot;
}

function zoomToSelection(plot: uPlot, { onZoom }: PlotOptions): void {
  const { left, width } = plot.select;
  if (width < 3) return;
  const range: [number, number] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom(range);
}

function pointedAt(plot: uPlot): number | null {
  const { left = -1 } = plot.cursor;
  return left < 0 ? null : plot.posToVal(left, 'x');
}

function placeAxis({ axis, theme }: PlotOptions): uPlot.Axis {
  return {
    ...look(theme),
    size: 30,
    space: 64,
    values: (_, splits) => splits.map((place) => formatPlace(place, axis)),
    ...(axis === 'time' ? { incrs: SECONDS } : {}),
  };
}

const SECONDS = [
  1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
  0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 432000, 864000,
];

function valueAxis({ theme, unit, label, log }: PlotOptions): uPlot.Axis {
  return {
    ...look(theme),
    // uPlot asks for the size before it knows the labels, and again with them.
    size: (_, labels: string[] | null) => 16 + 6.3 * longestText(labels ?? ['0.00']),
    space: 32,
    values: (_, splits) => formatTicks(splits, unit),
    ...(label === '' ? {} : { label, labelSize: 18, labelFont: '11px system-ui, sans-serif' }),
    ...(log ? logAxis(unit) : {}),
    ...(unit === 'bytes' && !log ? { incrs: BYTES } : {}),
    ...(unit === 'seconds' && !log ? { incrs: SECONDS } : {}),
  };
}

function longestText(texts: readonly string[]): number {
  return texts.map(({ length }) => length).reduce((most, one) => Math.max(most, one), 1);
}

/** uPlot's own logarithmic axis has no label at all where it spans less than a decade. */
function logAxis(unit: Unit): Partial<uPlot.Axis> {
  const scale = unit === 'bytes' ? 2 ** 20 : 1;
  return {
    splits: (_, __, low, high) => logTicks(low / scale, high / scale).map((tick) => tick * scale),
    filter: (_, splits) => splits,
  };
}

const BYTES = Array.from({ length: 44 }, (_, power) => 2 ** power);

function look(theme: Theme): uPlot.Axis {
  return {
    font: '11px system-ui, sans-serif',
    stroke: () => theme.colour('--muted'),
    grid: { stroke: () => theme.colour('--grid'), width: 1 },
    ticks: { stroke: () => theme.colour('--grid'), width: 1, size: 4 },
  };
}

/** A place on the horizontal axis. */
export function formatPlace(place: number, axis: Axis): string {
  if (axis === 'time') return formatValue(place, 'seconds');
  if (axis === 'step') return formatNumber(Math.round(place * 100) / 100);
  return place >= 1e6 ? `${formatNumber(place / 1e6)}\u00a0M` : formatNumber(place);
}
