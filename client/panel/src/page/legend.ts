import type { PlannedChart, PlannedSeries } from '../chartPlan.ts';
import { nearestIndex } from '../downSample.ts';
import { formatValue, type Unit } from '../formatValue.ts';
import { t } from '../l10n.ts';
import type { Run } from '../run.ts';
import { AXIS_TEXTS } from './axisTexts.ts';
import { lineKey, longest, type Line } from './chartData.ts';
import type { StyledLine } from './drawLines.ts';
import { html } from './elements.ts';
import { lineName } from './lineName.ts';
import { swatch, type LineStyle } from './lineStyle.ts';
import { formatPlace } from './plot.ts';
import type { View } from './view.ts';

export interface Legend {
  list: HTMLElement;
  /** Says where on the axis the values are from. */
  place: HTMLElement;
  /** Shows the values at a place, or the last ones. */
  show(shown: ShownLines, place: number | null): void;
  /** The same in a sentence, for who hears it. */
  sentence(shown: ShownLines, place: number): string;
}

interface ShownLines {
  lines: readonly Line[];
  /** Those of them that are drawn. */
  drawn: readonly StyledLine[];
}

interface LegendContext {
  runs: readonly Run[];
  view: View;
  styles: ReadonlyMap<string, LineStyle>;
}

/** A button for every line of a chart: it shows the line's value and switches the line off and on. */
export function createLegend(chart: PlannedChart, context: LegendContext): Legend {
  const { view } = context;
  const text = (asked: ValueAt) => valueText(asked, chart.unit);
  const entries = chart.series.map((planned) => legendEntry(chart, planned, context));
  const place = html('span', { class: 'place' });
  const list = html('ul', { class: 'legend' }, ...entries.map(({ item }) => item));
  return {
    list,
    place,
    show({ lines, drawn }, at) {
      const byKey = new Map(lines.map((line) => [line.planned.key, line]));
      setText(place, at === null ? AXIS_TEXTS[view.state.axis].by : placeText(lines, at, view));
      for (const { key, button, value } of entries) {
        const line = byKey.get(key);
        const pressed = String(line !== undefined);
        if (button.getAttribute('aria-pressed') !== pressed)
          button.setAttribute('aria-pressed', pressed);
        setText(value, line === undefined ? t('off') : text({ line, drawn, place: at }));
      }
    },
    sentence({ lines, drawn }, at) {
      const said = lines.map((line) => {
        const name = nameInChart(chart, line.planned, context.runs);
        return `${name} ${text({ line, drawn, place: at })}`;
      });
      return `${placeText(lines, at, view)}: ${said.join(', ')}`;
    },
  };
}

/** What stays the same is not laid out anew; there may be a hundred lines. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function legendEntry(
  chart: PlannedChart,
  planned: PlannedSeries,
  { runs, view, styles }: LegendContext,
) {
  const { key } = planned;
  const value = html('span', { class: 'value' });
  const button = html(
    'button',
    { type: 'button', 'aria-pressed': true },
    swatch(styles.get(key)!),
    html('span', { class: 'label' }, nameInChart(chart, planned, runs)),
    value,
  );
  button.addEventListener('click', () => view.toggle(lineKey(chart.id, key)));
  return { key, button, value, item: html('li', {}, button) };
}

/** What a line is called among the lines of its chart; one that is alone is just its value. */
function nameInChart(chart: PlannedChart, planned: PlannedSeries, runs: readonly Run[]): string {
  const alone = chart.series.length === 1 && planned.aspect === 'all';
  return alone ? t('value') : lineName(planned, runs);
}

interface ValueAt {
  line: Line;
  drawn: readonly StyledLine[];
  place: number | null;
}

/** At a place the value of the line as drawn, else its last raw value that is finite. */
function valueText({ line, drawn, place }: ValueAt, unit: Unit): string {
  const { x, raw, planned } = line;
  const last = raw.findLast((value) => Number.isFinite(value));
  if (place === null) return last === undefined ? t('not finite') : formatValue(last, unit);
  if (!covers(x, place)) return '–';
  const thin = drawn.find((one) => one.planned.key === planned.key)?.thin;
  const curve = thin?.averaged ?? { x, y: raw };
  return formatValue(curve.y[nearestIndex(curve.x, place)] ?? Number.NaN, unit);
}

/** False where a run has not begun or has ended, apart from what is half a step beside it. */
function covers(x: Float64Array, place: number): boolean {
  const first = x[0] ?? Number.POSITIVE_INFINITY;
  const last = x[x.length - 1] ?? Number.NEGATIVE_INFINITY;
  const room = x.length > 1 ? (last - first) / (x.length - 1) / 2 : Number.POSITIVE_INFINITY;
  return place >= first - room && place <= last + room;
}

function placeText(lines: readonly Line[], place: number, { state }: View): string {
  const x = longest(lines)?.x;
  const nearest = x?.[nearestIndex(x, place)] ?? place;
  return AXIS_TEXTS[state.axis].at(formatPlace(nearest, state.axis));
}
