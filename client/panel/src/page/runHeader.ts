import { own } from '@deepcoder/vocabulary';
import { t } from '../l10n.ts';
import { RUN_COMMANDS, type RunCommand } from '../messages.ts';
import type { Fact, Run } from '../run.ts';
import { html } from './elements.ts';

export interface RunActions {
  control(run: string, command: RunCommand): void;
  /** Lets the reader choose runs to lay over this one. */
  compare(): void;
}

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
    // What went wrong comes first: it is what somebody opens such a run for.
    ...runs.flatMap((run) => problems(run, runs.length > 1)),
    facts,
  );
}

const ENDED = ['finished', 'stopped', 'failed', 'crashed'];

const COMMANDS: Readonly<Record<RunCommand, { title: string; states: readonly string[] }>> = {
  pause: { title: t('Pause'), states: ['running'] },
  continue: { title: t('Continue'), states: ['paused'] },
  checkpoint: { title: t('Checkpoint'), states: ['running', 'paused'] },
  stop: { title: t('Stop'), states: ['starting', 'running', 'paused'] },
  resume: { title: t('Resume'), states: ['stopped', 'failed', 'crashed'] },
  openReport: { title: t('Report'), states: ['finished'] },
  openLog: { title: t('Log'), states: ['failed', 'crashed'] },
  merge: { title: t('Merge'), states: ['finished', 'stopped'] },
  deleteRun: { title: t('Delete…'), states: ENDED },
};

function actionBar(runs: readonly Run[], actions: RunActions): HTMLElement {
  const [run] = runs;
  const isOffered = (command: RunCommand): boolean =>
    runs.length === 1 &&
    COMMANDS[command].states.includes(run?.state ?? '') &&
    (command !== 'resume' || run?.canResume === true);
  const buttonOf = (command: RunCommand): HTMLElement =>
    actionButton(COMMANDS[command].title, () => actions.control(run!.id, command));
  const offered = RUN_COMMANDS.filter(isOffered);
  return html(
    'div',
    { class: 'actions', role: 'group', 'aria-label': t('Run') },
    ...offered.filter((command) => command !== 'deleteRun').map(buttonOf),
    actionButton(t('Compare…'), () => actions.compare()),
    // Last, where no focus falls that was on another button.
    ...offered.filter((command) => command === 'deleteRun').map(buttonOf),
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
    ...facts.map((fact) => entry(fact.label, factValue(fact))),
  );
}

/** Only web addresses become links: what a run folder says is not trusted with more. */
function factValue({ value, href }: Fact): HTMLElement | string {
  const isWeb = href !== undefined && /^https?:\/\//.test(href);
  return isWeb ? html('a', { href, target: '_blank', rel: 'noreferrer' }, value) : value;
}

function factTable(runs: readonly Run[]): HTMLElement {
  const labels = [...new Set(runs.flatMap(({ facts }) => facts.map(({ label }) => label)))];
  const rows = runs.map(({ id, name, state, facts }) => {
    const byLabel = new Map(facts.map((fact) => [fact.label, factValue(fact)]));
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

function problems(
  { name, error, log = [], problems: found }: Run,
  several: boolean,
): HTMLElement[] {
  const told = [error, ...found]
    .filter((text) => text !== null)
    .map((text) => html('p', { class: 'problem' }, several ? `${name}: ${text}` : text));
  return log.length === 0 ? told : [...told, logDetails(log)];
}

function logDetails(lines: readonly string[]): HTMLElement {
  return html(
    'details',
    { class: 'log' },
    html('summary', {}, t('The last lines of its log')),
    html('pre', { tabindex: 0 }, lines.join('\n')),
  );
}

function stateBadge(state: string): HTMLElement {
  return html('span', { class: 'state', 'data-state': state }, own(STATES, state) ?? state);
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
