import type { PlannedChart } from '../chartPlan.ts';
import { nearestIndex } from '../downSample.ts';
import { formatValue, type Unit } from '../formatValue.ts';
import { t } from '../l10n.ts';
import { tablePlaces } from '../tablePlaces.ts';
import { AXIS_TEXTS } from './axisTexts.ts';
import { longest, type Line } from './chartData.ts';
import type { PageContext } from './pageContext.ts';
import { html } from './elements.ts';
import { lineName } from './lineName.ts';
import { formatPlace } from './plot.ts';

const ROWS = 20;

/** The chart in numbers, for whoever reads rather than looks; made when it is opened. */
export function chartTable(chart: PlannedChart, context: PageContext): HTMLElement {
  const details = html('details', { class: 'numbers' }, html('summary', {}, t('Table')));
  const body = html('div', {
    class: 'scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': t('Table: {0}', chart.title),
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
  const x = longest(lines)?.x ?? new Float64Array(0);
  const places = tablePlaces(x, range ?? data.wholeRange(axis), ROWS);
  const reach = places.length > 1 ? (places[1]! - places[0]!) / 2 : Number.POSITIVE_INFINITY;
  const head = html(
    'tr',
    {},
    html('th', { scope: 'col' }, AXIS_TEXTS[axis].name),
    ...lines.map(({ planned }) => html('th', { scope: 'col' }, lineName(planned, runs))),
  );
  const rows = places.map((place) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, formatPlace(place, axis)),
      ...lines.map((line) => html('td', {}, cell(line, { place, reach, unit: chart.unit }))),
    ),
  );
  return html(
    'table',
    {},
    html('caption', {}, AXIS_TEXTS[axis].caption(chart.title)),
    html('thead', {}, head),
    html('tbody', {}, ...rows),
  );
}

/** Nothing where a line has no point between this row and its neighbours. */
function cell(
  { x, raw }: Line,
  { place, reach, unit }: { place: number; reach: number; unit: Unit },
): string {
  const index = nearestIndex(x, place);
  if (index < 0 || Math.abs(x[index]! - place) > reach) return '–';
  return formatValue(raw[index]!, unit);
}
