import type uPlot from 'uplot';
import type { PlannedChart } from '../chartPlan.ts';
import type { Run } from '../run.ts';
import { cardTools, type SaveFile } from './cardTools.ts';
import { valueAxis, type ChartData, type Line } from './chartData.ts';
import { chartNotes } from './chartNotes.ts';
import { chartTable } from './chartTable.ts';
import { drawLines, type StyledLine } from './drawLines.ts';
import { html } from './elements.ts';
import { hoverDots } from './hoverDots.ts';
import { createLegend } from './legend.ts';
import { lineStyle, type LineStyle } from './lineStyle.ts';
import { createPlot } from './plot.ts';
import { handleKeys } from './plotKeys.ts';
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
  save: SaveFile;
}

/** A chart with its legend, notes and table. It is drawn when it comes into sight. */
export function chartCard(chart: PlannedChart, context: PageContext): HTMLElement {
  const { view, data } = context;
  const styles = stylesOf(chart, context);
  const lines = () => data.lines(chart, view.state);
  const styled = (): StyledLine[] =>
    lines().map((line) => ({ ...line, style: styles.get(line.planned.key)! }));
  const host = plotHost(chart.title);
  const legend = createLegend(chart, { ...context, styles });
  const notes = html('p', { class: 'notes' });
  const notesFor = chartNotes(chart);
  const drawn = drawnPlot({ chart, context, host, lines, styled });
  const showHover = () => {
    const { hover } = view.state;
    drawn.showHover(hover);
    legend.show(lines(), hover);
    // By keys only: what the pointer passes over would be too much to hear.
    const byKeys = host === document.activeElement && !drawn.isPointedAt();
    if (byKeys && hover !== null) context.announce(legend.sentence(lines(), hover));
  };
  const refresh = () => {
    legend.show(lines(), view.state.hover);
    notes.replaceChildren(...notesFor(view.state));
  };
  let seen = false;
  let stale = false;
  const redraw = () => {
    stale = false;
    drawn.redraw();
    refresh();
  };
  view.listen((changed) => {
    if (changed.has('axis') || changed.has('log')) {
      drawn.rebuild();
      refresh();
    } else if (changed.has('hover')) {
      if (drawn.isMade()) showHover();
    } else if (seen || !changed.has('revision')) redraw();
    else stale = true;
  });
  handleKeys(host, { view, lines, wholeRange: () => data.wholeRange(view.state.axis) });
  watchSeen(host, (isSeen) => {
    seen = isSeen;
    if (!isSeen) return;
    if (!drawn.isMade()) drawn.make();
    if (stale) redraw();
    else refresh();
  });
  refresh();
  return html(
    'figure',
    { class: 'chart', 'data-chart': chart.id },
    html(
      'figcaption',
      {},
      html('h4', {}, chart.title),
      legend.place,
      cardTools(chart, { context, styled }),
    ),
    host,
    legend.list,
    notes,
    chartTable(chart, context),
  );
}

interface DrawnPlot {
  isMade(): boolean;
  isPointedAt(): boolean;
  make(): void;
  /** For another axis; nothing where it was not made yet. */
  rebuild(): void;
  redraw(): void;
  showHover(place: number | null): void;
}

function drawnPlot({
  chart,
  context,
  host,
  lines,
  styled,
}: {
  chart: PlannedChart;
  context: PageContext;
  host: HTMLElement;
  lines: () => Line[];
  styled: () => StyledLine[];
}): DrawnPlot {
  const { view, data } = context;
  let plot: uPlot | null = null;
  let dots: ReturnType<typeof hoverDots> | null = null;
  let pointedAt = false;
  const range = () => view.state.range ?? data.wholeRange(view.state.axis);
  const share = chart.unit === 'share';
  const make = () => {
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
      onDraw: (self) => drawLines(self, styled(), context.theme),
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
  return {
    isMade: () => plot !== null,
    isPointedAt: () => pointedAt,
    make() {
      make();
      new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height: 220 })).observe(
        host,
      );
    },
    rebuild() {
      if (plot !== null) make();
    },
    redraw() {
      const [min, max] = range();
      // The values' axis follows by itself, also when the range is the same.
      plot?.setScale('x', { min, max });
    },
    showHover(place) {
      plot?.setCursor({ left: place === null ? -10 : plot.valToPos(place, 'x'), top: 0 }, false);
      dots?.show(styled(), place);
    },
  };
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

function watchSeen(element: HTMLElement, act: (isSeen: boolean) => void): void {
  const observer = new IntersectionObserver(
    (entries) => act(entries.at(-1)?.isIntersecting ?? false),
    { rootMargin: '300px' },
  );
  observer.observe(element);
}
