import type { PlannedChart } from '../chartPlan.ts';
import { t } from '../l10n.ts';
import { cardTools } from './cardTools.ts';
import { chartNotes } from './chartNotes.ts';
import { chartTable } from './chartTable.ts';
import { drawnPlot, styledLines } from './drawnPlot.ts';
import { html, replaceWith } from './elements.ts';
import { createLegend } from './legend.ts';
import { lineStyle, type LineStyle } from './lineStyle.ts';
import type { PageContext } from './pageContext.ts';
import { handleKeys } from './plotKeys.ts';
import type { View } from './view.ts';

/** A chart is made before it comes into sight, and drawn anew only while it is. */
const NEAR_PIXELS = 300;

/** A chart with its legend, notes and table. It is drawn when it comes into sight. */
export function chartCard(chart: PlannedChart, context: PageContext): HTMLElement {
  const { view, data } = context;
  const styles = stylesOf(chart, context);
  const lines = () => data.lines(chart, view.state);
  const styled = (columns: number) => styledLines(lines(), { context, styles, columns });
  const host = plotHost(chart.title);
  const legend = createLegend(chart, { ...context, styles });
  const notes = html('p', { class: 'notes' });
  const notesFor = chartNotes(chart);
  const showLegend = () => legend.show({ lines: lines(), drawn: drawn.lines() }, view.state.hover);
  const drawn = drawnPlot({ chart, context, host, styled, onDrawn: () => showLegend() });
  const showHover = () => {
    const { hover } = view.state;
    drawn.showHover(hover);
    showLegend();
    // By keys only: what the pointer passes over would be too much to hear.
    const byKeys = host === document.activeElement && !drawn.isPointedAt();
    if (byKeys && hover !== null)
      context.announce(legend.sentence({ lines: lines(), drawn: drawn.lines() }, hover));
  };
  const refresh = () => {
    showLegend();
    replaceWith(notes, notesFor(view.state));
  };
  let seen = false;
  let stale = false;
  const redraw = () => {
    stale = false;
    drawn.redraw();
    replaceWith(notes, notesFor(view.state));
  };
  view.listen((changed) => {
    if (changed.has('axis') || changed.has('log')) {
      drawn.rebuild();
      refresh();
    } else if (changed.has('hover')) {
      if (seen && drawn.isMade()) showHover();
    } else if (seen) redraw();
    else {
      stale = true;
      if (changed.has('hidden')) refresh();
    }
  });
  handleKeys(host, { view, lines, wholeRange: () => data.wholeRange(view.state.axis) });
  const make = () => {
    if (drawn.isMade()) return;
    drawn.make();
    redraw();
  };
  watchSeen(host, NEAR_PIXELS, (isNear) => {
    if (isNear) make();
  });
  host.addEventListener(DRAW, () => {
    if (host.hidden) return;
    if (drawn.isMade()) redraw();
    else make();
  });
  watchSeen(host, 0, (isSeen) => {
    seen = isSeen;
    if (isSeen && stale) redraw();
  });
  refresh();
  const figure = html(
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
  followForm(chart, { view, host, figure });
  return figure;
}

/** Of one measurement there is nothing to draw: as long as there is no more, the legend says it as a number. */
function followForm(
  { series }: PlannedChart,
  { view, host, figure }: { view: View; host: HTMLElement; figure: HTMLElement },
): void {
  const show = () => {
    const isNumber = series.every((planned) => planned.series.step.length <= 1);
    host.hidden = isNumber;
    figure.classList.toggle('number', isNumber);
  };
  view.listen((changed) => {
    if (changed.has('revision')) show();
  });
  show();
}

const DRAW = 'deepcoder-draw';

/** Draws all charts, also those that nobody has come near yet: paper shows them all. */
export function drawAll(root: HTMLElement): void {
  for (const host of root.querySelectorAll('.plot')) host.dispatchEvent(new Event(DRAW));
}

function plotHost(title: string): HTMLElement {
  return html('div', {
    class: 'plot',
    tabindex: 0,
    role: 'group',
    'aria-label': t('Chart: {0}. Its values are in the table below it', title),
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

/** Tells whether an element is in sight, or so many pixels from it. */
function watchSeen(element: HTMLElement, margin: number, act: (isSeen: boolean) => void): void {
  const observer = new IntersectionObserver(
    (entries) => act(entries.at(-1)?.isIntersecting ?? false),
    { rootMargin: `${margin}px` },
  );
  observer.observe(element);
}
