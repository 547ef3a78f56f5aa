import { t } from '../l10n.ts';
import type { Run } from '../run.ts';
import { AXIS_TEXTS } from './axisTexts.ts';
import { html } from './elements.ts';
import { runColour } from './lineStyle.ts';
import { AXES, type View } from './view.ts';

/** What is the same for all charts: axis, scale, smoothing, zoom, and which runs are shown. */
export function toolbar(runs: readonly Run[], view: View): HTMLElement {
  return html(
    'div',
    { class: 'toolbar', role: 'group', 'aria-label': t('Charts') },
    axisChoice(view),
    smoothingSlider(view),
    logChoice(view),
    resetButton(view),
    runs.length > 1 ? runChoice(runs, view) : null,
  );
}

function axisChoice(view: View): HTMLElement {
  const choices = AXES.map((axis) => {
    const input = html('input', {
      type: 'radio',
      name: 'axis',
      value: axis,
      checked: view.state.axis === axis,
    });
    // A place on one axis is not one on another.
    input.addEventListener('change', () => view.set({ axis, range: null, hover: null }));
    return html('label', {}, input, html('span', {}, AXIS_TEXTS[axis].name));
  });
  return html('fieldset', { class: 'segments' }, html('legend', {}, t('Across')), ...choices);
}

/** The slider runs over powers of ten, as what one wants to average over does. */
function smoothingSlider(view: View): HTMLElement {
  const output = html('output', { for: 'smoothing' });
  const input = html('input', { id: 'smoothing', type: 'range', min: 0, max: 3, step: 0.1 });
  const show = () => {
    const { smoothing } = view.state;
    const place = Math.round(10 * Math.log10(smoothing)) / 10;
    if (Number(input.value) !== place) input.value = String(place);
    output.textContent = smoothing <= 1 ? t('off') : t('{0} points', smoothing);
    input.setAttribute('aria-valuetext', output.textContent);
  };
  input.addEventListener('input', () => {
    view.set({ smoothing: Math.round(10 ** Number(input.value)) });
  });
  view.listen((changed) => {
    if (changed.has('smoothing')) show();
  });
  show();
  return html(
    'div',
    { class: 'smoothing' },
    html('label', { for: 'smoothing' }, t('Smoothing')),
    input,
    output,
  );
}

function logChoice(view: View): HTMLElement {
  const input = html('input', { type: 'checkbox', checked: view.state.log });
  input.addEventListener('change', () => view.set({ log: input.checked }));
  return html('label', { class: 'check' }, input, t('Log scale'));
}

function resetButton(view: View): HTMLElement {
  const button = html('button', { type: 'button' }, t('Show all'));
  const show = () => (button.disabled = view.state.range === null);
  button.addEventListener('click', () => view.set({ range: null }));
  view.listen((changed) => {
    if (changed.has('range')) show();
  });
  show();
  return button;
}

function runChoice(runs: readonly Run[], view: View): HTMLElement {
  const buttons = runs.map(({ id, name }, index) => {
    const chip = html('i', { class: 'chip' });
    chip.style.background = `var(${runColour(index)})`;
    const button = html('button', { type: 'button', 'aria-pressed': true }, chip, name);
    button.addEventListener('click', () => view.toggle(id));
    view.listen(() => button.setAttribute('aria-pressed', String(!view.state.hidden.has(id))));
    return html('li', {}, button);
  });
  return html('ul', { class: 'legend runs', 'aria-label': t('Runs') }, ...buttons);
}
