import type { Run } from '../run.ts';
import { html } from './elements.ts';

/** Name, state and facts of one run, or of several in a table, and what went wrong. */
export function runHeader(runs: readonly Run[]): HTMLElement {
  const [only] = runs;
  const facts = runs.length === 1 && only !== undefined ? factList(only) : factTable(runs);
  return html(
    'header',
    {},
    html('h1', {}, title(runs)),
    facts,
    ...runs.flatMap((run) => problems(run, runs.length > 1)),
  );
}

function title(runs: readonly Run[]): string {
  const names = runs.map(({ name }) => name);
  return names.length <= 3 ? names.join(' and ') : `${names.length} runs`;
}

function factList({ state, facts }: Run): HTMLElement {
  const entry = (label: string, value: Node | string) =>
    html('div', {}, html('dt', {}, label), html('dd', {}, value));
  return html(
    'dl',
    { class: 'facts' },
    entry('State', stateBadge(state)),
    ...facts.map(({ label, value }) => entry(label, value)),
  );
}

function factTable(runs: readonly Run[]): HTMLElement {
  const labels = [...new Set(runs.flatMap(({ facts }) => facts.map(({ label }) => label)))];
  const rows = runs.map(({ id, name, state, facts }) => {
    const byLabel = new Map(facts.map(({ label, value }) => [label, value]));
    return html(
      'tr',
      {},
      html('th', { scope: 'row', title: id }, name),
      html('td', {}, stateBadge(state)),
      ...labels.map((label) => html('td', {}, byLabel.get(label) ?? '–')),
    );
  });
  const head = ['Run', 'State', ...labels].map((label) => html('th', { scope: 'col' }, label));
  return html(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Runs' },
    html(
      'table',
      { class: 'runs-table', 'aria-label': 'Runs' },
      html('thead', {}, html('tr', {}, ...head)),
      html('tbody', {}, ...rows),
    ),
  );
}

function problems({ name, error, problems: found }: Run, several: boolean): HTMLElement[] {
  return [error, ...found]
    .filter((text) => text !== null)
    .map((text) => html('p', { class: 'problem' }, several ? `${name}: ${text}` : text));
}

function stateBadge(state: string): HTMLElement {
  return html('span', { class: 'state', 'data-state': state }, state);
}
