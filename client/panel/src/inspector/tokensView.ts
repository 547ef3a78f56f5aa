import { counted, formatValue } from '../formatValue.ts';
import { HEAT_LEVELS, heatLevel, heatRange } from '../heat.ts';
import type { InspectorRecord, InspectorTokens } from '../inspectorMessages.ts';
import { html } from '../page/elements.ts';
import type { Ask } from './ask.ts';

/** As the server's kinds are numbered. */
const KIND_NAMES = ['reasoning', 'action', 'observation', 'system', 'task', 'answer', 'other'];

/** The tokens that training makes of a record: which are learnt, and with `losses` how well a run foretells them. */
export function tokensView(
  ask: Ask,
  { record }: InspectorRecord,
  { losses }: { losses: boolean },
): HTMLElement {
  const waiting = losses ? 'Losses are being computed …' : 'Tokens are being counted …';
  const element = html('div', { class: 'tokens' }, waiting);
  ask('tokens', { traj: record, losses }).then(
    ({ tokens, message }) => {
      const trouble = message === '' ? [] : [html('p', { class: 'problem' }, message)];
      const shown = tokens === null ? [] : [summary(tokens), ...legend(tokens), ...chips(tokens)];
      element.replaceChildren(...trouble, ...shown);
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
    counted(text.length, 'token'),
    `${count(supervised)} learnt`,
    cut > 0 ? `${cut} cut off` : null,
    learnt.length > 0 ? `${(sum / learnt.length).toFixed(3)} nats a learnt token` : null,
  ];
  return html('p', { class: 'hint' }, facts.filter((fact) => fact !== null).join(' · '));
}

/** What the levels of heat mean. */
function legend({ loss }: InspectorTokens): HTMLElement[] {
  if (loss === null) return [];
  const levels = Array.from({ length: HEAT_LEVELS }, (_, level) =>
    html('li', {}, html('span', { class: 'token', 'data-heat': level }, heatRange(level))),
  );
  return [html('ul', { class: 'heat-legend', 'aria-label': 'Loss of a learnt token' }, ...levels)];
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
        'data-kind': KIND_NAMES[kind[index] ?? -1] ?? 'none',
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
  { text, supervised, weight, loss, likeliest, teacherAgreement }: InspectorTokens,
  index: number,
): string {
  const nats = loss?.[index] ?? null;
  const expected = likeliest?.[index] ?? null;
  const agreement = teacherAgreement?.[index] ?? null;
  const facts = [
    supervised[index] === 1 ? `learnt, weight ${weight[index] ?? 0}` : 'not learnt',
    nats === null
      ? null
      : `loss ${nats.toFixed(3)} nats, probability ${formatValue(Math.exp(-nats), 'share')}`,
    expected === null || expected === text[index]
      ? null
      : `the student expects ${JSON.stringify(expected)}`,
    agreement === null ? null : `agrees with the teacher to ${formatValue(agreement, 'share')}`,
  ];
  return facts.filter((fact) => fact !== null).join('\n');
}
