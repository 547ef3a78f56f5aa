import type { PlannedChart } from '../chartPlan.ts';
import { chartCsv } from '../chartCsv.ts';
import { t } from '../l10n.ts';
import { chartPng } from './chartPng.ts';
import { chartSvg, SVG_COLUMNS } from './chartSvg.ts';
import type { StyledLine } from './drawLines.ts';
import { html, svg } from './elements.ts';
import { columnName, lineName } from './lineName.ts';
import type { PageContext } from './pageContext.ts';

interface CardContext {
  context: PageContext;
  /** The chart's lines as they are drawn in so many columns of pixels. */
  styled: (columns: number) => Promise<StyledLine[]>;
}

/** Pins the chart, and saves it as a picture or as numbers. */
export function cardTools(chart: PlannedChart, given: CardContext): HTMLElement {
  return html('div', { class: 'tools' }, pinButton(chart, given.context), saveMenu(chart, given));
}

function pinButton(chart: PlannedChart, { view }: PageContext): HTMLElement {
  const pinned = view.state.pinned.has(chart.id);
  const button = html(
    'button',
    {
      type: 'button',
      class: 'tool',
      'aria-pressed': pinned,
      'aria-label': t('Pin {0}', chart.title),
      title: pinned ? t('Unpin') : t('Pin to the top'),
    },
    icon('M6 2h4v4l2 2v1H8.5v4L8 14l-.5-1V9H4V8l2-2z'),
  );
  button.addEventListener('click', () => view.pin(chart.id));
  return button;
}

function saveMenu(chart: PlannedChart, card: CardContext): HTMLElement {
  const entries = saveActions(chart, card);
  const menu = html(
    'details',
    { class: 'save' },
    html(
      'summary',
      { class: 'tool', 'aria-label': t('Save {0}', chart.title), title: t('Save as …') },
      icon('M7 2h2v6h2.5L8 11.5 4.5 8H7zM3 12h10v2H3z'),
    ),
    html(
      'div',
      { class: 'choices' },
      ...entries.map(([title, act]) => {
        const button = html('button', { type: 'button' }, title);
        button.addEventListener('click', () => {
          menu.open = false;
          void act(menu);
        });
        return button;
      }),
    ),
  );
  menu.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') menu.open = false;
  });
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && menu.contains(relatedTarget))) menu.open = false;
  });
  return menu;
}

/** What a chart can be saved as. */
function saveActions(
  chart: PlannedChart,
  { context, styled }: CardContext,
): [string, (menu: HTMLElement) => Promise<void>][] {
  const { view, runs, theme, save, data } = context;
  const name = chart.id.replaceAll('/', '-');
  const drawn = async () => {
    const range = view.state.range ?? data.wholeRange(view.state.axis);
    const lines = await styled(SVG_COLUMNS);
    const named = lines.map((line) => ({ ...line, name: lineName(line.planned, runs) }));
    return { lines: named, view, theme, range };
  };
  return [
    [
      'PNG',
      async (menu) => {
        const canvas = menu.closest('.chart')?.querySelector('canvas');
        if (canvas) save(`${name}.png`, await chartPng(chart, await drawn(), canvas));
      },
    ],
    [
      'SVG',
      async () => {
        const text = chartSvg(chart, await drawn());
        save(`${name}.svg`, new Blob([text], { type: 'image/svg+xml' }));
      },
    ],
    [
      'CSV',
      async () => {
        const { lines, range } = await drawn();
        const text = chartCsv(
          view.state.axis,
          lines.map((line) => ({ ...seenOf(line, range), name: columnName(line.planned, runs) })),
        );
        save(`${name}.csv`, new Blob([text], { type: 'text/csv' }));
      },
    ],
  ];
}

/** The points of a line that are seen, all of them. */
function seenOf<L extends StyledLine>(line: L, [from, to]: [number, number]): L {
  const isSeen = (_: number, index: number) => line.x[index]! >= from && line.x[index]! <= to;
  return { ...line, x: line.x.filter(isSeen), raw: line.raw.filter(isSeen) };
}

function icon(path: string): SVGElement {
  return svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path }));
}
