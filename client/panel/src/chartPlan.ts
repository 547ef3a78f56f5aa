import { parseMetricName } from './metricName.ts';
import { CHARTS, SECTIONS, chartKind, quantityOf, type ChartKind } from './quantities.ts';
import type { Run, Series } from './run.ts';

/** One line of a chart. */
export interface PlannedSeries {
  /** Unique in the chart. */
  key: string;
  run: string;
  series: Series;
  phase: string;
  /** What distinguishes it from the chart's other lines of the run and phase: `reasoning`, `clipped`, `all`. */
  aspect: string;
  smoothed: boolean;
}

export interface PlannedChart extends ChartKind {
  id: string;
  series: PlannedSeries[];
}

export interface PlannedSection {
  title: string;
  charts: PlannedChart[];
}

/**
 * Every metric of every run, sorted into charts and the charts into sections; left out is only what repeats the
 * loss, as cross-entropy does where there is no teacher.
 */
export function chartPlan(runs: readonly Run[]): PlannedSection[] {
  const charts = new Map<string, PlannedChart>();
  for (const run of runs) {
    for (const series of run.series) {
      if (repeatsLoss(series, run)) continue;
      const { chart, planned } = place(run.id, series);
      const entry = charts.get(chart) ?? { id: chart, ...chartKind(chart), series: [] };
      charts.set(chart, entry);
      entry.series.push(planned);
    }
  }
  const order = Object.keys(CHARTS);
  const rank = ({ id }: PlannedChart) => (order.includes(id) ? order.indexOf(id) : order.length);
  const sorted = [...charts.values()].sort((a, b) => rank(a) - rank(b));
  for (const { series } of sorted) series.sort(byAspect);
  return SECTIONS.map((title) => ({
    title,
    charts: sorted.filter(({ section }) => section === title),
  })).filter((section) => section.charts.length > 0);
}

/** How far a mean may be from an equal one that was added up in another order, as a share of it. */
const ROUNDING = 1e-6;

/** Whether a cross-entropy is the loss itself, point by point: for hard labels that all weigh the same. */
export function repeatsLoss({ name, value }: Series, { series }: Pick<Run, 'series'>): boolean {
  const { phase, quantity } = parseMetricName(name);
  if (quantity !== 'cross_entropy') return false;
  const isThere = (other: string): boolean => series.some((one) => one.name === other);
  if (isThere(`${phase}/divergence`)) return false;
  const loss = series.find((one) => one.name === name.replace('cross_entropy', 'loss'))?.value;
  if (loss?.length !== value.length) return false;
  return value.every((one, at) => isSame(one, loss[at]!));
}

function isSame(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
}

function place(run: string, series: Series): { chart: string; planned: PlannedSeries } {
  const { phase, quantity, kind } = parseMetricName(series.name);
  const { chart, label, smoothed } = quantityOf(phase, quantity);
  const aspect = [label, kind ?? ''].filter((part) => part !== '').join(', ') || 'all';
  return {
    chart,
    planned: { key: `${run} ${series.name}`, run, series, phase, aspect, smoothed },
  };
}

const ASPECTS = ['all', 'reasoning', 'action'];

/** The sum before its parts; training before evaluation; a run's lines stay in the runs' order. */
function byAspect(a: PlannedSeries, b: PlannedSeries): number {
  const rank = ({ aspect }: PlannedSeries) =>
    ASPECTS.includes(aspect) ? ASPECTS.indexOf(aspect) : ASPECTS.length;
  return rank(a) - rank(b) || Number(a.phase === 'eval') - Number(b.phase === 'eval');
}
