import type uPlot from 'uplot';
import type { PlannedChart } from '../chartPlan.ts';
import { valueAxis, type Line } from './chartData.ts';
import type { PageContext } from './pageContext.ts';
import { drawLines, type StyledLine } from './drawLines.ts';
import { hoverDots } from './hoverDots.ts';
import { createPlot, PLOT_HEIGHT } from './plot.ts';

export interface DrawnPlot {
  isMade(): boolean;
  isPointedAt(): boolean;
  /** The lines as they are drawn now. */
  lines(): readonly StyledLine[];
  make(): void;
  /** For another axis; nothing where it was not made yet. */
  rebuild(): void;
  redraw(): void;
  showHover(place: number | null): void;
}

interface PlotContext {
  chart: PlannedChart;
  context: PageContext;
  host: HTMLElement;
  /** The lines, thinned out for so many columns of pixels. */
  styled: (columns: number) => Promise<StyledLine[]>;
  /** Called when other lines are drawn than before. */
  onDrawn: () => void;
}

/**
 * A chart's plot. Lines are thinned out elsewhere, so the picture changes when they are there: axes
 * and lines together, and never more than one question for lines at a time.
 */
export function drawnPlot({ chart, context, host, styled, onDrawn }: PlotContext): DrawnPlot {
  const { view, data } = context;
  let plot: uPlot | null = null;
  let dots: ReturnType<typeof hoverDots> | null = null;
  let pointedAt = false;
  let drawn: readonly StyledLine[] = [];
  const range = () => view.state.range ?? data.wholeRange(view.state.axis);
  const share = chart.unit === 'share';
  const make = () => {
    plot?.destroy();
    drawn = [];
    const { axis, log } = view.state;
    plot = createPlot({
      ...{ host, axis, log, unit: chart.unit, label: chart.axis, range: range() },
      valueRange: () => valueAxis(thinOf(drawn), { log, share }),
      theme: context.theme,
      onDraw: (self) => drawLines(self, drawn, context.theme),
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
  const refine = oneAtATime(async () => {
    const mine = plot;
    if (mine === null) return;
    const [min, max] = range();
    const lines = await styled(columnsOf(mine));
    // Another axis has made another plot meanwhile, and asks for its own.
    if (mine !== plot) return;
    drawn = lines;
    // The values' axis follows by itself, also when the range is the same.
    plot.setScale('x', { min, max });
    onDrawn();
  });
  /** A part that is zoomed to moves with the points that are there, until its own come. */
  const redraw = () => {
    const [min, max] = range();
    const { x } = plot?.scales ?? {};
    const moved = x !== undefined && (x.min !== min || x.max !== max);
    if (plot !== null && moved && view.state.range !== null) plot.setScale('x', { min, max });
    refine();
  };
  return {
    isMade: () => plot !== null,
    isPointedAt: () => pointedAt,
    lines: () => drawn,
    make() {
      make();
      new ResizeObserver(() => {
        plot?.setSize({ width: host.clientWidth, height: PLOT_HEIGHT });
        redraw();
      }).observe(host);
    },
    rebuild() {
      if (plot === null) return;
      make();
      redraw();
    },
    redraw,
    showHover(place) {
      plot?.setCursor({ left: place === null ? -10 : plot.valToPos(place, 'x'), top: 0 }, false);
      dots?.show(drawn, place);
    },
  };
}

function columnsOf({ bbox }: uPlot): number {
  return Math.max(1, Math.round(bbox.width));
}

function thinOf(lines: readonly StyledLine[]) {
  return lines.map(({ thin }) => thin);
}

/** Does work once more after it is done, however often it was asked for meanwhile. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isBusy = false;
  let again = false;
  const run = () => {
    again = isBusy;
    if (isBusy) return;
    isBusy = true;
    void work().finally(() => {
      isBusy = false;
      if (again) run();
    });
  };
  return run;
}

/** Lines with their styles, thinned out. */
export async function styledLines(
  lines: readonly Line[],
  {
    context,
    styles,
    columns,
  }: { context: PageContext; styles: ReadonlyMap<string, StyledLine['style']>; columns: number },
): Promise<StyledLine[]> {
  const { view, data, thinLines } = context;
  const { range, axis, log } = view.state;
  const whole = lines.map((line) => line.whole);
  const thin = await thinLines(whole, { range: range ?? data.wholeRange(axis), columns, log });
  return lines.map((line, index) => ({
    ...line,
    thin: thin[index]!,
    style: styles.get(line.planned.key)!,
  }));
}
