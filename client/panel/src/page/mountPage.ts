import { repeatsLoss } from '../chartPlan.ts';
import 'uplot/dist/uPlot.min.css';
import './theme.css';
import './page.css';
import './header.css';
import './success.css';
import './toolbar.css';
import './charts.css';
import './episodes.css';
import type { Run } from '../run.ts';
import { initialSmoothing } from '../smooth.ts';
import type { SaveFile } from './pageContext.ts';
import { chartData } from './chartData.ts';
import { configView } from './configView.ts';
import { drawAll } from './chartCard.ts';
import { curves } from './curves.ts';
import type { Details, Seen } from './details.ts';
import { append, html } from './elements.ts';
import { episodes } from './episodes.ts';
import { runHeader, type RunActions } from './runHeader.ts';
import { success } from './success.ts';
import { watchTheme } from './theme.ts';
import { createThinLines } from './thinLines.ts';
import { update } from './update.ts';
import { createView, scopedView, type View, type ViewState } from './view.ts';

export interface PageOptions {
  /** What the reader had chosen before. */
  state?: Partial<ViewState>;
  save: SaveFile;
  /** What can be done with runs; not on disk. */
  actions?: RunActions;
  /** More points of parts of the histories; where they are whole there are none. */
  details?: Details;
}

export interface Page {
  view: View;
  /** The part of its axis that is seen of a run. */
  seen(run: string): Seen;
  /** To be called when series have grown. */
  grown(): void;
  /** To be called when there are other runs or other metrics. */
  changed(runs: readonly Run[]): void;
  /** To be called when anything else of the runs has changed. */
  headsChanged(runs: readonly Run[]): void;
}

/**
 * Shows runs, one or several over each other, in place of what `root` holds. Needs nothing but the
 * document, so it is the same in a file and in a webview.
 */
export function mountPage(root: HTMLElement, given: readonly Run[], options: PageOptions): Page {
  const main = html('main', {});
  const status = html('p', { class: 'heard', role: 'status' });
  root.replaceChildren(main);
  const theme = watchTheme(root);
  addEventListener('beforeprint', () => drawAll(root));
  const thinLines = createThinLines();
  let runs = given;
  let automatic = initialSmoothing(longestSeries(runs));
  const view = createView({ smoothing: automatic, ...options.state });
  let scope = scopedView(view);
  let data = chartData(runs, options.details);
  let leftOut = '';
  const curvesOf = () => {
    leftOut = repeatsIn(runs);
    scope.close();
    scope = scopedView(view);
    return curves({
      runs,
      data: (data = chartData(runs, options.details)),
      view: scope,
      thinLines,
      theme,
      announce: (text) => (status.textContent = text),
      save: options.save,
    });
  };
  const places = {
    header: runHeader(runs, options.actions),
    success: success(runs) ?? nothing(),
    curves: curvesOf(),
    episodes: episodes(runs) ?? nothing(),
    config: configView(runs) ?? nothing(),
  };
  const replace = (name: keyof typeof places, element: HTMLElement) => {
    keepOpen(places[name], element);
    places[name].replaceWith(element);
    places[name] = element;
  };
  view.listen((changed) => {
    if (!changed.has('pinned')) return;
    replace('curves', curvesOf());
  });
  // What became of one run comes first; several are there to be compared, curve by curve.
  const { header, success: outcome, curves: lines, ...rest } = places;
  const order = runs.length > 1 ? [lines, outcome] : [outcome, lines];
  append(main, [header, ...order, ...Object.values(rest), status]);
  const page: Page = {
    view,
    seen: (run) => data.seen(run, view.state),
    grown() {
      if (repeatsIn(runs) !== leftOut) replace('curves', curvesOf());
      const next = initialSmoothing(longestSeries(runs));
      // As long as nobody has chosen another, it follows the length of the curves.
      const smoothing = view.state.smoothing === automatic ? next : view.state.smoothing;
      automatic = next;
      const changed = smoothing === view.state.smoothing ? {} : { smoothing };
      view.set({ revision: view.state.revision + 1, ...changed });
    },
    changed(next) {
      runs = next;
      page.headsChanged(next);
      replace('curves', curvesOf());
      page.grown();
    },
    headsChanged(next) {
      runs = next;
      update(places.header, runHeader(runs, options.actions));
      replace('success', success(runs) ?? nothing());
      replace('episodes', episodes(runs) ?? nothing());
      replace('config', configView(runs) ?? nothing());
    },
  };
  return page;
}

/** Which lines the plan leaves out: a cross-entropy that comes to differ from the loss is shown from then on. */
function repeatsIn(runs: readonly Run[]): string {
  return runs
    .flatMap((run) => run.series.map((series) => (repeatsLoss(series, run) ? '1' : '0')))
    .join('');
}

function longestSeries(runs: readonly Run[]): number {
  return runs
    .flatMap(({ series }) => series.map(({ step }) => step.length))
    .reduce((most, one) => Math.max(most, one), 0);
}

function nothing(): HTMLElement {
  return html('div', { hidden: true });
}

/** What the reader has opened stays open. */
function keepOpen(before: HTMLElement, after: HTMLElement): void {
  const open = [...before.querySelectorAll('details')].map((details) => details.open);
  after.querySelectorAll('details').forEach((details, index) => {
    details.open = open[index] ?? details.open;
  });
}
