import { t } from '../l10n.ts';
import type { Run } from '../run.ts';
import { html } from './elements.ts';

export interface RunActions {
  control(run: string, command: Command): void;
  /** Lets the reader choose runs to lay over this one. */
  compare(): void;
}

type Command = 'pause' | 'continue' | 'checkpoint' | 'stop';

/** Name, state and facts of one run, or of several in a table, and what went wrong. */
export function runHeader(runs: readonly Run[], actions?: RunActions): HTMLElement {
  const [only] = runs;
  const facts = runs.length === 1 && only !== undefined ? factList(only) : factTable(runs);
  return html(
    'header',
    {},
    html(
      'div',
      { class: 'title' },
      html('h1', {}, title(runs)),
      actions === undefined ? null : actionBar(runs, actions),
    ),
    facts,
    ...runs.flatMap((run) => problems(run, runs.length > 1)),
  );
}

const COMMANDS: Readonly<Record<Command, { title: string; states: readonly string[] }>> = {
  pause: { title: t('Pause'), states: ['running'] },
  continue: { title: t('Continue'), states: ['paused'] },
  checkpoint: { title: t('Checkpoint'), states: ['running', 'paused'] },
  stop: { title: t('Stop'), states: ['starting', 'running', 'paused'] },
};

function actionBar(runs: readonly Run[], actions: RunActions): HTMLElement {
  const [run] = runs;
  const entries = Object.entries(COMMANDS) as [Command, (typeof COMMANDS)[Command]][];
  const buttons = entries
    .filter(([, { states }]) => runs.length === 1 && states.includes(run?.state ?? ''))
    .map(([command, { title: text }]) =>
      actionButton(text, () => actions.control(run!.id, command)),
    );
  const compare = actionButton(t('Compare…'), () => actions.compare());
  return html(
    'div',
    { class: 'actions', role: 'group', 'aria-label': t('Run') },
    ...buttons,
    compare,
  );
}

function actionButton(text: string, act: () => void): HTMLElement {
  const button = html('button', { type: 'button' }, text);
  button.addEventListener('click', act);
  return button;
}

function title(runs: readonly Run[]): string {
  const names = runs.map(({ name }) => name);
  if (names.length > 3) return t('{0} runs', names.length);
  const [first = '', ...others] = names;
  return others.reduce((before, name) => t('{0} and {1}', before, name), first);
}

function factList({ state, facts }: Run): HTMLElement {
  const entry = (label: string, value: Node | string) =>
    html('div', {}, html('dt', {}, label), html('dd', {}, value));
  return html(
    'dl',
    { class: 'facts' },
    entry(t('State'), stateBadge(state)),
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
  const head = [t('Run'), t('State'), ...labels].map((label) =>
    html('th', { scope: 'col' }, label),
  );
  return html(
    'div',
    { class: 'scroll runs', tabindex: 0, role: 'region', 'aria-label': t('Runs') },
    html(
      'table',
      { class: 'runs-table', 'aria-label': t('Runs') },
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
  return html('span', { class: 'state', 'data-state': state }, STATES[state] ?? state);
}

const STATES: Readonly<Record<string, string>> = {
  starting: t('starting'),
  running: t('running'),
  paused: t('paused'),
  finished: t('finished'),
  stopped: t('stopped'),
  failed: t('failed'),
  crashed: t('crashed'),
  remote: t('remote'),
  unreadable: t('unreadable'),
};
