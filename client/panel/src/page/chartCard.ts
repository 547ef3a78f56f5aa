import type uPlot from 'uplot';
import type { PlannedChart } from '../chartPlan.ts';
import type { Run } from '../run.ts';
import { valueAxis, type ChartData, type Line } from './chartData.ts';
import { chartNotes } from './chartNotes.ts';
import { chartTable } from './chartTable.ts';
import { drawLines, type StyledLine } from './drawLines.ts';
import { html } from './elements.ts';
import { createLegend } from './legend.ts';
import { lineStyle, type LineStyle } from './lineStyle.ts';
import { handleKeys } from './plotKeys.ts';
import { createPlot } from './plot.ts';
import { hoverDots } from './hoverDots.ts';
import type { Theme } from './theme.ts';
import type { View } from './view.ts';

/** What all charts of a page share. */
export interface PageContext {
  runs: readonly Run[];
  data: ChartData;
  view: View;
  theme: Theme;
  /** Says a sentence to a screen reader. */
  announce: (text: string) => void;
}

/** A chart with its legend, notes and table. It is drawn when it comes into sight. */
export function chartCard(chart: PlannedChart, context: PageContext): HTMLElement {
  const { view, data } = context;
  const styles = stylesOf(chart, context);
  const styled = (lines: readonly Line[]): StyledLine[] =>
    lines.map((line) => ({ ...line, style: styles.get(line.planned.key)! }));
  const host = plotHost(chart.title);
  const legend = createLegend(chart, { ...context, styles });
  const notes = html('p', { class: 'notes' });
  const element = html(
    'figure',
    { class: 'chart', 'data-chart': chart.id },
    html('figcaption', {}, html('h4', {}, chart.title), legend.place),
    host,
    legend.list,
    notes,
    chartTable(chart, context),
  );

  let plot: uPlot | null = null;
  let pointedAt = false;
  let dots: ReturnType<typeof hoverDots> | null = null;
  const lines = () => data.lines(chart, view.state);
  const range = () => view.state.range ?? data.wholeRange(view.state.axis);
  const share = chart.unit === 'share';
  const rebuild = () => {
    plot?.destroy();
    plot = createPlot({
      host,
      axis: view.state.axis,
      log: view.state.log,
      unit: chart.unit,
      label: chart.axis,
      range: range(),
      valueRange: () => valueAxis(lines(), range(), { log: view.state.log, share }),
      theme: context.theme,
      onDraw: (self) => drawLines(self, styled(lines()), context.theme),
      onZoom: (zoomed) => view.set({ range: zoomed }),
      // uPlot tells of a place, or of none, also after a zoom or a resize: of interest is the chart
      // that the pointer is over, or has just left.
      onHover: (place) => {
        const inside = place !== null && host.matches(':hover');
        if (inside || pointedAt) view.set({ hover: inside ? place : null });
        pointedAt = inside;
      },
    });
    dots = hoverDots(plot);
  };
  const showHover = () => {
    const { hover } = view.state;
    if (plot === null) return;
    plot.setCursor({ left: hover === null ? -10 : plot.valToPos(hover, 'x'), top: 0 }, false);
    dots?.show(styled(lines()), hover);
    legend.show(lines(), hover);
    // By keys only: what the pointer passes over would be too much to hear.
    const byKeys = host === document.activeElement && !pointedAt;
    if (byKeys && hover !== null) context.announce(legend.sentence(lines(), hover));
  };
  const notesFor = chartNotes(chart);
  const refresh = () => {
    legend.show(lines(), view.state.hover);
    notes.replaceChildren(...notesFor(view.state));
  };

  view.listen((changed) => {
    if (plot === null) return;
    if (changed.has('axis') || changed.has('log')) rebuild();
    else if (changed.has('range') || changed.has('hidden') || changed.has('smoothing')) {
      const [min, max] = range();
      // The values' axis follows by itself, also when the range is the same.
      plot.setScale('x', { min, max });
    }
    if (changed.has('hover')) showHover();
    else refresh();
  });
  handleKeys(host, { view, lines, wholeRange: () => data.wholeRange(view.state.axis) });
  whenSeen(host, () => {
    rebuild();
    refresh();
    new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height: 220 })).observe(host);
  });
  refresh();
  return element;
}

function plotHost(title: string): HTMLElement {
  return html('div', {
    class: 'plot',
    tabindex: 0,
    role: 'group',
    'aria-label': `Chart: ${title}. Its values are in the table below it`,
    'aria-describedby': 'chart-keys',
  });
}

function stylesOf(chart: PlannedChart, { runs }: PageContext): Map<string, LineStyle> {
  const aspects = [...new Set(chart.series.map(({ aspect }) => aspect))];
  const ids = runs.map(({ id }) => id);
  return new Map(
    chart.series.map((planned) => [planned.key, lineStyle(planned, { runs: ids, aspects })]),
  );
}

function whenSeen(element: HTMLElement, act: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: '300px' },
  );
  observer.observe(element);
}
