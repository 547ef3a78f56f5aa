import 'uplot/dist/uPlot.min.css';
import './page.css';
import type { Run } from '../run.ts';
import { initialSmoothing } from '../smooth.ts';
import { chartData } from './chartData.ts';
import { configView } from './configView.ts';
import { curves } from './curves.ts';
import { html } from './elements.ts';
import { episodes } from './episodes.ts';
import { runHeader } from './runHeader.ts';
import { success } from './success.ts';
import { watchTheme } from './theme.ts';
import { createView } from './view.ts';

/**
 * Shows runs, one or several over each other, in place of what `root` holds. Needs nothing but the
 * document, so it is the same in a file and in a webview.
 */
export function mountPage(root: HTMLElement, runs: readonly Run[]): void {
  const main = html('main', {});
  root.replaceChildren(main);
  const longest = Math.max(
    0,
    ...runs.flatMap(({ series }) => series.map(({ step }) => step.length)),
  );
  const status = html('p', { class: 'heard', role: 'status' });
  const announce = (text: string) => (status.textContent = text);
  const view = createView(initialSmoothing(longest));
  const context = { runs, data: chartData(runs), view, theme: watchTheme(root), announce };
  const sections = [success(runs), curves(context), episodes(runs), configView(runs)];
  main.append(runHeader(runs), ...sections.filter((section) => section !== null), status);
}
