import { SPAN_KINDS } from '@deepcoder/vocabulary';
import { counted } from '../counted.ts';
import { formatValue } from '../formatValue.ts';
import { HEAT_LEVELS, heatLevel, heatRange } from '../heat.ts';
import type { InspectorRecord, InspectorTokens } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html, replaceWith } from '../page/elements.ts';
import type { Ask } from './ask.ts';

/**
 * The tokens that training makes of a record, trajectory by trajectory: which are learnt, and with `losses` how well a
 * run foretells them. A record of several (a session with side chains) is its file's first.
 */
export function tokensView(
  ask: Ask,
  { record, trajectories }: InspectorRecord,
  { losses }: { losses: boolean },
): HTMLElement {
  const [first, ...others] = Array.from({ length: Math.max(1, trajectories.length) }, (_, index) =>
    tokensOf(ask, { traj: record + index, losses }),
  );
  return others.length === 0 ? first! : html('div', {}, first!, ...others);
}

function tokensOf(ask: Ask, question: { traj: number; losses: boolean }): HTMLElement {
  const waiting = question.losses
    ? t('Losses are being computed …')
    : t('Tokens are being counted …');
  const element = html('div', { class: 'tokens' }, waiting);
  ask('tokens', question).then(
    ({ tokens, message }) => {
      const trouble = message === '' ? [] : [html('p', { class: 'problem' }, message)];
      const shown = tokens === null ? [] : [summary(tokens), ...legend(tokens), ...chips(tokens)];
      replaceWith(element, [...trouble, ...shown]);
    },
    (error: unknown) => (element.textContent = String(error)),
  );
  return element;
}

function summary({ text, supervised, truncated, loss }: InspectorTokens): HTMLElement {
  const count = (flags: readonly number[]) => flags.filter((flag) => flag === 1).length;
  const cut = count(truncated);
  const learnt = (loss ?? []).filter((nats, index) => nats !== null && supervised[index] === 1);
  const sum = learnt.reduce<number>((total, nats) => total + nats!, 0);
  const facts = [
    counted.tokens(text.length),
    t('{0} learnt', count(supervised)),
    cut > 0 ? t('{0} cut off', cut) : null,
    learnt.length > 0 ? t('{0} nats a learnt token', (sum / learnt.length).toFixed(3)) : null,
  ];
  return html('p', { class: 'hint' }, facts.filter((fact) => fact !== null).join(' · '));
}

/** What the levels of heat mean. */
function legend({ loss }: InspectorTokens): HTMLElement[] {
  if (loss === null) return [];
  const levels = Array.from({ length: HEAT_LEVELS }, (_, level) =>
    html('li', {}, html('span', { class: 'token', 'data-heat': level }, heatRange(level))),
  );
  return [
    html('ul', { class: 'heat-legend', 'aria-label': t('Loss of a learnt token') }, ...levels),
  ];
}

function chips(tokens: InspectorTokens): Node[] {
  const { text, kind, supervised, truncated, loss } = tokens;
  return text.flatMap((token, index) => {
    const nats = loss?.[index] ?? null;
    const isLearnt = supervised[index] === 1;
    const chip = html(
      'span',
      {
        class: 'token',
        'data-kind': SPAN_KINDS[kind[index] ?? -1] ?? 'none',
        'data-learnt': String(isLearnt),
        'data-cut': truncated[index] === 1,
        'data-heat': nats === null || !isLearnt ? '' : heatLevel(nats),
        title: describe(tokens, index),
      },
      token.replaceAll('\n', '↵'),
    );
    return token.includes('\n') ? [chip, html('br')] : [chip];
  });
}

function describe(
  { text, supervised, weight, why, loss, likeliest, teacherAgreement }: InspectorTokens,
  index: number,
): string {
  const nats = loss?.[index] ?? null;
  const expected = likeliest?.[index] ?? null;
  const agreement = teacherAgreement?.[index] ?? null;
  const facts = [
    supervised[index] === 1 ? t('learnt, weight {0}', weight[index] ?? 0) : t('not learnt'),
    supervised[index] === 1 ? null : (why[index] ?? null),
    nats === null
      ? null
      : t('loss {0} nats, probability {1}', nats.toFixed(3), formatValue(Math.exp(-nats), 'share')),
    expected === null || expected === text[index]
      ? null
      : t('the student expects {0}', JSON.stringify(expected)),
    agreement === null
      ? null
      : t('agrees with the teacher to {0}', formatValue(agreement, 'share')),
  ];
  return facts.filter((fact) => fact !== null).join('\n');
}
