import type { Run } from '../run.ts';
import { html } from './elements.ts';

/** The resolved config of each run. */
export function configView(runs: readonly Run[]): HTMLElement | null {
  const shown = runs.filter(({ config }) => config !== '');
  if (shown.length === 0) return null;
  return html(
    'section',
    { id: 'config', 'aria-labelledby': 'config-title' },
    html('h2', { id: 'config-title' }, 'Config'),
    ...shown.map(({ name, config }) =>
      html(
        'details',
        {},
        html('summary', {}, runs.length > 1 ? name : 'config.yaml, with every default filled in'),
        html(
          'pre',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Config of ${name}` },
          html('code', {}, config),
        ),
      ),
    ),
  );
}
