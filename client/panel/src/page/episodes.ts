import { counted } from '../counted.ts';
import { t } from '../l10n.ts';
import type { Episode, EpisodeSpan, Run } from '../run.ts';
import { html } from './elements.ts';
import { playerName } from './playerName.ts';

/** Episodes as they were played; each span says its kind in a word and by its edge, not by colour alone. */
export function episodes(runs: readonly Run[]): HTMLElement | null {
  const shown = runs.flatMap((run) =>
    run.episodes.map((episode) => ({ episode, name: runs.length > 1 ? run.name : null })),
  );
  if (shown.length === 0) return null;
  return html(
    'section',
    { id: 'episodes', 'aria-labelledby': 'episodes-title' },
    html(
      'h2',
      { id: 'episodes-title' },
      shown.length === 1 ? t('Sample episode') : t('Sample episodes'),
    ),
    ...shown.map(({ episode, name }, index) => episodeView(episode, name, index === 0)),
  );
}

function episodeView(episode: Episode, run: string | null, open: boolean): HTMLElement {
  const { who, success, spans } = episode;
  const turns = spans.map(({ step }) => step).reduce((most, one) => Math.max(most, one), 0);
  const outcome =
    { true: t('solved'), false: t('not solved'), null: null }[String(success)] ?? null;
  const title = [run, playerName(who), outcome, counted.turns(turns)];
  return html(
    'details',
    { class: 'episode', open },
    html('summary', {}, title.filter((part) => part !== null).join(' · ')),
    ...groupByStep(spans).map((group) => stepView(episode.text, group)),
  );
}

function groupByStep(spans: readonly EpisodeSpan[]): EpisodeSpan[][] {
  const groups: EpisodeSpan[][] = [];
  for (const span of spans) {
    const group = groups.at(-1);
    if (group?.[0]?.step === span.step) group.push(span);
    else groups.push([span]);
  }
  return groups;
}

function stepView(text: string, spans: readonly EpisodeSpan[]): HTMLElement {
  const step = spans[0]?.step ?? 0;
  return html(
    'div',
    { class: 'step' },
    html('div', { class: 'number' }, step === 0 ? t('Start') : t('Turn {0}', step)),
    html('div', { class: 'spans' }, ...spans.map((span) => spanView(text, span))),
  );
}

function spanView(text: string, { start, end, kind }: EpisodeSpan): HTMLElement {
  return html(
    'p',
    { class: 'span', 'data-kind': kind },
    html('span', { class: 'kind' }, kind),
    ' ',
    html('span', { class: 'text' }, text.slice(start, end)),
  );
}
