import type uPlot from 'uplot';
import { nearestIndex } from '../downSample.ts';
import type { StyledLine } from './drawLines.ts';
import { append, html } from './elements.ts';

/** Dots over a plot at the points next to the pointer; the lines themselves need no new drawing. */
export function hoverDots(plot: uPlot): {
  show(lines: readonly StyledLine[], place: number | null): void;
} {
  const dots: HTMLElement[] = [];
  return {
    show(lines, place) {
      for (const dot of dots.splice(0)) dot.remove();
      if (place === null) return;
      for (const { thin, style } of lines) {
        const { x, y } = thin.averaged ?? thin.raw;
        const index = nearestIndex(x, place);
        const value = y[index] ?? Number.NaN;
        if (!Number.isFinite(value)) continue;
        const dot = html('i', { class: 'dot' });
        dot.style.background = `var(${style.colour})`;
        dot.style.left = `${plot.valToPos(x[index]!, 'x')}px`;
        dot.style.top = `${plot.valToPos(value, 'y')}px`;
        dots.push(dot);
      }
      append(plot.over, dots);
    },
  };
}
