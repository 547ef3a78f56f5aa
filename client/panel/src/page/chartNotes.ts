import type { PlannedChart } from '../chartPlan.ts';
import { t } from '../l10n.ts';
import { html } from './elements.ts';
import type { ViewState } from './view.ts';

interface Counts {
  broken: number;
  notPositive: number;
}

/** What a chart does not draw as a line, in words. */
export function chartNotes(chart: PlannedChart): (state: Readonly<ViewState>) => Node[] {
  const known = new WeakMap<Float64Array, Counts>();
  return ({ log }) => {
    let broken = 0;
    let notPositive = 0;
    for (const { series } of chart.series) {
      const counts = known.get(series.value) ?? countIn(series.value);
      known.set(series.value, counts);
      broken += counts.broken;
      notPositive += counts.notPositive;
    }
    const notes = [
      broken > 0 ? `✕ ${brokenText(broken)}` : null,
      log && notPositive > 0 ? `✕ ${notPositiveText(notPositive)}` : null,
    ];
    return notes.filter((note) => note !== null).map((note) => html('span', {}, note));
  };
}

function countIn(values: Float64Array): Counts {
  const counts = { broken: 0, notPositive: 0 };
  for (const value of values) {
    if (!Number.isFinite(value)) counts.broken++;
    else if (value <= 0) counts.notPositive++;
  }
  return counts;
}

function brokenText(count: number): string {
  return count === 1 ? t('1 value is not finite') : t('{0} values are not finite', count);
}

function notPositiveText(count: number): string {
  return count === 1
    ? t('1 value is not above 0, so not on a log axis')
    : t('{0} values are not above 0, so not on a log axis', count);
}
