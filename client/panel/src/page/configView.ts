import { configDifferences } from '../configDifferences.ts';
import { t } from '../l10n.ts';
import type { Run } from '../run.ts';
import { html } from './elements.ts';

/** The resolved config of each run, and what differs between those of several. */
export function configView(runs: readonly Run[]): HTMLElement | null {
  const shown = runs.filter(({ config }) => config !== '');
  if (shown.length === 0) return null;
  return html(
    'section',
    { id: 'config', 'aria-labelledby': 'config-title' },
    html('h2', { id: 'config-title' }, t('Config')),
    shown.length > 1 ? differences(shown) : null,
    ...shown.map(({ name, config }) =>
      html(
        'details',
        {},
        html(
          'summary',
          {},
          runs.length > 1 ? name : t('config.yaml, with every default filled in'),
        ),
        html(
          'pre',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Config of {0}', name) },
          html('code', {}, config),
        ),
      ),
    ),
  );
}

function differences(runs: readonly Run[]): HTMLElement {
  const found = configDifferences(runs.map(({ config }) => config));
  if (found.length === 0) return html('p', {}, t('The configs are the same.'));
  const head = [t('Key'), ...runs.map(({ name }) => name)];
  return html(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('What differs') },
    html(
      'table',
      { class: 'differences' },
      html('caption', {}, t('Keys in which the configs differ')),
      html('thead', {}, html('tr', {}, ...head.map((text) => html('th', { scope: 'col' }, text)))),
      html(
        'tbody',
        {},
        ...found.map(({ key, values }) =>
          html(
            'tr',
            {},
            html('th', { scope: 'row' }, key),
            ...values.map((value) => html('td', {}, value === '' ? '–' : value)),
          ),
        ),
      ),
    ),
  );
}
