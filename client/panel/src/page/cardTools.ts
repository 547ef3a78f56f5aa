import type { PlannedChart } from '../chartPlan.ts';
import { chartCsv } from '../chartCsv.ts';
import type { PageContext } from './chartCard.ts';
import { chartPng } from './chartPng.ts';
import { chartSvg } from './chartSvg.ts';
import type { StyledLine } from './drawLines.ts';
import { html, svg } from './elements.ts';
import { label } from './legend.ts';

/** Keeps a file that the page has made. */
export type SaveFile = (name: string, content: Blob) => void;

/** Pins the chart, and saves it as a picture or as numbers. */
export function cardTools(
  chart: PlannedChart,
  { context, styled }: { context: PageContext; styled: () => StyledLine[] },
): HTMLElement {
  return html(
    'div',
    { class: 'tools' },
    pinButton(chart, context),
    saveMenu(chart, { context, styled }),
  );
}

function pinButton(chart: PlannedChart, { view }: PageContext): HTMLElement {
  const pinned = view.state.pinned.has(chart.id);
  const button = html(
    'button',
    {
      type: 'button',
      class: 'tool',
      'aria-pressed': pinned,
      'aria-label': `Pin ${chart.title}`,
      title: pinned ? 'Unpin' : 'Pin to the top',
    },
    icon('M6 2h4v4l2 2v1H8.5v4L8 14l-.5-1V9H4V8l2-2z'),
  );
  button.addEventListener('click', () => view.pin(chart.id));
  return button;
}

function saveMenu(
  chart: PlannedChart,
  { context, styled }: { context: PageContext; styled: () => StyledLine[] },
): HTMLElement {
  const { view, runs, theme, save } = context;
  const name = chart.id.replaceAll('/', '-');
  const named = () => styled().map((line) => ({ ...line, name: label(line.planned, runs) }));
  const range = () => view.state.range ?? context.data.wholeRange(view.state.axis);
  const entries: [string, () => void][] = [
    [
      'PNG',
      () => {
        const canvas = menu.closest('.chart')?.querySelector('canvas');
        if (!canvas) return;
        const drawn = { lines: named(), view, theme, range: range() };
        void chartPng(chart, drawn, canvas).then((blob) => save(`${name}.png`, blob));
      },
    ],
    [
      'SVG',
      () => {
        const text = chartSvg(chart, { lines: named(), view, theme, range: range() });
        save(`${name}.svg`, new Blob([text], { type: 'image/svg+xml' }));
      },
    ],
    [
      'CSV',
      () =>
        save(`${name}.csv`, new Blob([chartCsv(view.state.axis, named())], { type: 'text/csv' })),
    ],
  ];
  const menu = html(
    'details',
    { class: 'save' },
    html(
      'summary',
      { class: 'tool', 'aria-label': `Save ${chart.title}`, title: 'Save as …' },
      icon('M7 2h2v6h2.5L8 11.5 4.5 8H7zM3 12h10v2H3z'),
    ),
    html(
      'div',
      { class: 'choices' },
      ...entries.map(([title, act]) => {
        const button = html('button', { type: 'button' }, title);
        button.addEventListener('click', () => {
          menu.open = false;
          act();
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

function icon(path: string): SVGElement {
  return svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path }));
}
