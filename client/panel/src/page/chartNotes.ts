import type { PlannedChart } from '../chartPlan.ts';
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
      broken > 0 ? `✕ ${count(broken, 'value')} not finite` : null,
      log && notPositive > 0
        ? `✕ ${count(notPositive, 'value')} not above 0, so not on a log axis`
        : null,
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

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? ' is' : 's are'}`;
}
