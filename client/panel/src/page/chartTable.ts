import type { PlannedChart } from '../chartPlan.ts';
import { nearestIndex } from '../downSample.ts';
import { formatValue } from '../formatValue.ts';
import { tablePlaces } from '../tablePlaces.ts';
import type { PageContext } from './chartCard.ts';
import { html } from './elements.ts';
import { label } from './legend.ts';
import { formatPlace } from './plot.ts';

const ROWS = 20;

/** The chart in numbers, for whoever reads rather than looks; made when it is opened. */
export function chartTable(chart: PlannedChart, context: PageContext): HTMLElement {
  const details = html('details', { class: 'numbers' }, html('summary', {}, 'Table'));
  const body = html('div', {
    class: 'scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': `Table: ${chart.title}`,
  });
  details.append(body);
  const fill = () => {
    if (details.open) body.replaceChildren(tableOf(chart, context));
  };
  details.addEventListener('toggle', fill);
  context.view.listen((changed) => {
    if (!changed.has('hover')) fill();
  });
  return details;
}

function tableOf(chart: PlannedChart, { runs, data, view }: PageContext): HTMLElement {
  const { axis, range } = view.state;
  const lines = data.lines(chart, view.state);
  const longest = lines.reduce<Float64Array>(
    (x, line) => (line.x.length > x.length ? line.x : x),
    new Float64Array(0),
  );
  const places = tablePlaces(longest, range ?? data.wholeRange(axis), ROWS);
  const head = html(
    'tr',
    {},
    html('th', { scope: 'col' }, axis),
    ...lines.map(({ planned }) => html('th', { scope: 'col' }, label(planned, runs))),
  );
  const rows = places.map((place) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, formatPlace(place, axis)),
      ...lines.map(({ x, raw }) => {
        const value = raw[nearestIndex(x, place)] ?? Number.NaN;
        return html('td', {}, formatValue(value, chart.unit));
      }),
    ),
  );
  return html(
    'table',
    {},
    html('caption', {}, `${chart.title}: the values measured nearest to each ${axis}, unsmoothed`),
    html('thead', {}, head),
    html('tbody', {}, ...rows),
  );
}
