import type { PlannedChart } from '../chartPlan.ts';
import { html } from './elements.ts';
import type { ViewState } from './view.ts';

/** What a chart does not draw as a line, in words. */
export function chartNotes(chart: PlannedChart): (state: Readonly<ViewState>) => Node[] {
  let broken = 0;
  let notPositive = 0;
  for (const { series } of chart.series) {
    for (const value of series.value) {
      if (!Number.isFinite(value)) broken++;
      else if (value <= 0) notPositive++;
    }
  }
  return ({ log }) => {
    const notes = [
      broken > 0 ? `✕ ${count(broken, 'value')} not finite` : null,
      log && notPositive > 0
        ? `✕ ${count(notPositive, 'value')} not above 0, so not on a log axis`
        : null,
    ];
    return notes.filter((note) => note !== null).map((note) => html('span', {}, note));
  };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? ' is' : 's are'}`;
}
