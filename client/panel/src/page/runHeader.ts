import type { Run } from '../run.ts';
import { html } from './elements.ts';

/** Name, state and facts of each run, and what went wrong. */
export function runHeader(runs: readonly Run[]): HTMLElement {
  const title = runs.map(({ name }) => name).join(' and ');
  return html(
    'header',
    {},
    html('h1', {}, title),
    ...runs.map((run) => runFacts(run, runs.length > 1)),
  );
}

function runFacts({ id, name, state, error, facts, problems }: Run, several: boolean): HTMLElement {
  const entries = facts.map(({ label, value }) =>
    html('div', {}, html('dt', {}, label), html('dd', {}, value)),
  );
  return html(
    'div',
    { class: 'run' },
    several ? html('h2', { title: id }, name) : null,
    html(
      'dl',
      { class: 'facts' },
      html('div', {}, html('dt', {}, 'State'), html('dd', {}, stateBadge(state))),
      ...entries,
    ),
    error === null ? null : html('p', { class: 'problem' }, error),
    ...problems.map((problem) => html('p', { class: 'problem' }, problem)),
  );
}

function stateBadge(state: string): HTMLElement {
  return html('span', { class: 'state', 'data-state': state }, state);
}
