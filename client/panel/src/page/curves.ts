import { chartPlan } from '../chartPlan.ts';
import { t } from '../l10n.ts';
import { chartCard } from './chartCard.ts';
import type { PageContext } from './pageContext.ts';
import { html } from './elements.ts';
import { KEYS_HELP } from './plotKeys.ts';
import { toolbar } from './toolbar.ts';

export function curves(context: PageContext): HTMLElement {
  const { runs, view } = context;
  const plan = chartPlan(runs);
  const { pinned } = view.state;
  const first = plan.flatMap(({ charts }) => charts).filter(({ id }) => pinned.has(id));
  const rest = plan.map(({ title, charts }) => ({
    title,
    charts: charts.filter(({ id }) => !pinned.has(id)),
  }));
  const shown = [{ title: t('Pinned'), charts: first }, ...rest].filter(
    ({ charts }) => charts.length > 0,
  );
  const sections = shown.map(({ title, charts }) =>
    html(
      'section',
      {},
      html('h3', {}, title),
      html('div', { class: 'charts' }, ...charts.map((chart) => chartCard(chart, context))),
    ),
  );
  return html(
    'section',
    { id: 'curves', 'aria-labelledby': 'curves-title' },
    html('h2', { id: 'curves-title' }, t('Curves')),
    ...(sections.length === 0
      ? [html('p', {}, t('Nothing has been measured yet.'))]
      : [
          toolbar(runs, view),
          html(
            'p',
            { class: 'hint' },
            t('Drag across a chart to zoom all of them, double-click to see all again.'),
            ' ',
            html('span', { id: 'chart-keys' }, KEYS_HELP),
          ),
          ...sections,
        ]),
  );
}
