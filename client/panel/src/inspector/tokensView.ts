import type { InspectorRecord, InspectorTokens } from '../inspectorMessages.ts';
import { html } from '../page/elements.ts';
import type { Ask } from './ask.ts';

/** As the server's kinds are numbered. */
const KIND_NAMES = ['reasoning', 'action', 'observation', 'system', 'task', 'answer', 'other'];

/** Losses in nats at which the next, warmer, colour begins. */
const HEAT_STEPS = [0.1, 0.5, 1.5, 3];

/** The tokens that training makes of a record: which are learnt, and, after an evaluation, how well. */
export function tokensView(ask: Ask, { record }: InspectorRecord): HTMLElement {
  const element = html('div', { class: 'tokens' }, 'Tokens are being counted …');
  ask('tokens', { traj: record }).then(
    ({ tokens, message }) => {
      if (tokens === null) element.textContent = message;
      else element.replaceChildren(summary(tokens), ...chips(tokens));
    },
    (error: unknown) => (element.textContent = String(error)),
  );
  return element;
}

function summary({ text, supervised, truncated }: InspectorTokens): HTMLElement {
  const count = (flags: readonly number[]) => flags.filter((flag) => flag === 1).length;
  const cut = count(truncated);
  const facts = [
    `${text.length} tokens`,
    `${count(supervised)} learnt`,
    cut > 0 ? `${cut} cut off` : null,
  ];
  return html('p', { class: 'hint' }, facts.filter((fact) => fact !== null).join(' · '));
}

function chips({ text, kind, supervised, truncated, loss, weight }: InspectorTokens): Node[] {
  return text.flatMap((token, index) => {
    const nats = loss?.[index] ?? null;
    const chip = html(
      'span',
      {
        class: 'token',
        'data-kind': KIND_NAMES[kind[index] ?? -1] ?? 'none',
        'data-learnt': String(supervised[index] === 1),
        'data-cut': truncated[index] === 1,
        'data-heat': nats === null ? '' : HEAT_STEPS.filter((step) => nats >= step).length,
        title: [
          supervised[index] === 1 ? `learnt, weight ${weight[index] ?? 0}` : 'not learnt',
          nats === null ? '' : `loss ${nats.toFixed(3)} nats`,
        ].join(' '),
      },
      token.replaceAll('\n', '↵'),
    );
    return token.includes('\n') ? [chip, html('br')] : [chip];
  });
}
