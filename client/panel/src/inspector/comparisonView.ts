import type { InspectorComparison, InspectorRecord, InspectorSteps } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html, replaceWith } from '../page/elements.ts';
import { type Ask, whyNot } from './ask.ts';
import { drawInBatches } from './drawInBatches.ts';
import { stepName } from './drawSpans.ts';
import { sameSpan, spanPair } from './spanPair.ts';

/** Steps that are drawn at a time. */
const BATCH = 4;

/** A record beside the one that was selected for comparison, step by step, with what differs marked. */
export function comparisonView(ask: Ask, { record }: InspectorRecord): HTMLElement {
  const element = html('div', { class: 'comparison' }, t('The records are being compared …'));
  ask('compare', { record }).then(
    (comparison) => {
      if (comparison === null)
        element.textContent = t('One of the two records has not been read yet.');
      else draw(element, comparison);
    },
    (error: unknown) => (element.textContent = whyNot(error)),
  );
  return element;
}

function draw(element: HTMLElement, comparison: InspectorComparison): void {
  const { left, right, steps } = comparison;
  const body = html('div', { class: 'steps' });
  const go = (direction: 1 | -1) => {
    let next = differenceFrom(body, direction);
    while (next === null && direction > 0 && more()) next = differenceFrom(body, direction);
    if (next === null) return;
    body.querySelector('[data-last]')?.removeAttribute('data-last');
    next.dataset['last'] = '';
    next.scrollIntoView({ block: 'start' });
    next.focus({ preventScroll: true });
  };
  const button = (text: string, direction: 1 | -1) => {
    const made = html('button', { type: 'button' }, text);
    made.addEventListener('click', () => go(direction));
    return made;
  };
  const sideName = (sign: string, { record, trajectories }: InspectorRecord) => {
    const name = trajectories[0]?.id ?? t('Record {0}', record + 1);
    return html('h3', { class: 'side-name' }, `${sign} ${name}`);
  };
  replaceWith(element, [
    html(
      'div',
      { class: 'comparison-head' },
      html('p', { class: 'hint', role: 'status' }, summary(steps)),
      button(t('Difference before'), -1),
      button(t('Next difference'), 1),
    ),
    html('div', { class: 'beside names' }, sideName('−', left), sideName('+', right)),
    body,
  ]);
  const groups = grouped(steps);
  let next = 0;
  const more = drawInBatches(body, () => {
    if (next >= groups.length) return null;
    const batch = groups.slice(next, next + BATCH);
    next += BATCH;
    return batch.map((group) =>
      group[0]!.isSame ? sameSteps(group, comparison) : difference(group[0]!, comparison),
    );
  });
}

/** The difference after the one that was gone to last, or before it. */
function differenceFrom(body: HTMLElement, direction: 1 | -1): HTMLElement | null {
  const all = [...body.querySelectorAll<HTMLElement>('[data-difference]')];
  const now = all.findIndex((one) => one.hasAttribute('data-last'));
  return all[now < 0 && direction < 0 ? all.length - 1 : now + direction] ?? null;
}

function summary(steps: readonly InspectorSteps[]): string {
  const count = (test: (step: InspectorSteps) => boolean) => steps.filter(test).length;
  return [
    t(
      '{0} same',
      count(({ isSame }) => isSame),
    ),
    t(
      '{0} changed',
      count(({ isSame, left, right }) => !isSame && left.length > 0 && right.length > 0),
    ),
    t(
      '{0} only on the left',
      count(({ right }) => right.length === 0),
    ),
    t(
      '{0} only on the right',
      count(({ left }) => left.length === 0),
    ),
  ].join(' · ');
}

/** Steps that are the same, one after the other, are one group; each other is its own. */
function grouped(steps: readonly InspectorSteps[]): InspectorSteps[][] {
  const groups: InspectorSteps[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.isSame && last?.[0]?.isSame === true) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** They are opened when somebody wants to see them. */
function sameSteps(group: readonly InspectorSteps[], comparison: InspectorComparison): HTMLElement {
  const [first, last] = [group[0]!, group.at(-1)!];
  const names = [first, last].map(({ leftStep }) => stepName(leftStep ?? 0));
  const text =
    group.length === 1 ? t('{0}: the same', names[0]!) : t('{0} to {1}: the same', ...names);
  const details = html('details', { class: 'same' }, html('summary', {}, text));
  details.addEventListener('toggle', () => {
    if (details.childElementCount > 1) return;
    for (const { left } of group)
      details.append(
        html(
          'div',
          { class: 'beside' },
          ...left.map((index) => sameSpan(comparison.left.spans[index]!)),
        ),
      );
  });
  return details;
}

function difference(step: InspectorSteps, comparison: InspectorComparison): HTMLElement {
  const [left, right] = [step.leftStep, step.rightStep].map((one) =>
    one === null ? null : stepName(one),
  );
  const name =
    left == null
      ? t('{0}, only on the right', right!)
      : right == null
        ? t('{0}, only on the left', left)
        : left === right
          ? left
          : t('{0} and {1}', left, right);
  return html(
    'section',
    { class: 'difference', tabindex: -1, 'data-difference': '', 'aria-label': name },
    html('h4', {}, name),
    beside(step, comparison),
  );
}

/** Spans of a kind stand beside those of their kind, in the order of the left. */
function beside({ left, right }: InspectorSteps, comparison: InspectorComparison): HTMLElement {
  const rest = [...right];
  const cells = left.flatMap((index) => {
    const span = comparison.left.spans[index]!;
    const at = rest.findIndex((other) => comparison.right.spans[other]!.kind === span.kind);
    const [partner] = at < 0 ? [] : rest.splice(at, 1);
    return spanPair(span, partner === undefined ? null : comparison.right.spans[partner]!);
  });
  const added = rest.flatMap((index) => spanPair(null, comparison.right.spans[index]!));
  return html('div', { class: 'beside' }, ...cells, ...added);
}
