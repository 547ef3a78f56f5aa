import { counted } from '../counted.ts';
import { formatNumber } from '../formatValue.ts';
import type { InspectorRecord, InspectorSpan } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { whyNot } from './ask.ts';
import { displayText } from './displayText.ts';
import { pictures } from './pictures.ts';
import type { SpanContext } from './spanContext.ts';

/** One span: its kind in a word and by its edge, its partner, its text. */
export function spanView(index: number, context: SpanContext): HTMLElement {
  const { record } = context;
  const span = record.spans[index]!;
  const folded = context.isFolded(index);
  const body = html('pre', { class: 'text' });
  if (folded) body.textContent = firstLine(span);
  else showText(body, index, context);
  return html(
    'article',
    {
      class: 'span',
      id: `span-${index}`,
      tabindex: -1,
      'data-kind': span.kind,
      'data-span': index,
      'aria-label': `${span.kind}, ${counted.characters(span.length)}`,
    },
    spanHead(index, context),
    body,
    ...pictures(index, context),
    ...problems(index, record),
  );
}

function spanHead(index: number, context: SpanContext): HTMLElement {
  const span = context.record.spans[index]!;
  const folded = context.isFolded(index);
  const fold = button(folded ? '▸' : '▾', () => context.toggleFold(index));
  fold.className = 'fold';
  fold.setAttribute('aria-expanded', String(!folded));
  fold.setAttribute('aria-label', folded ? t('Unfold') : t('Fold'));
  const partner = pairButton(index, context);
  const copy = button(t('Copy'), () => context.copy(index, copy));
  copy.className = 'copy';
  const open = button(t('Show in text'), () => context.openText(index));
  return html(
    'header',
    {},
    fold,
    html('span', { class: 'kind' }, span.kind),
    html('span', { class: 'size' }, counted.characters(span.length)),
    partner,
    copy,
    open,
  );
}

/** The way from a call to its result, and back. */
function pairButton(index: number, { record, goTo }: SpanContext): HTMLElement | null {
  const span = record.spans[index]!;
  if (span.pair < 0 || record.spans[span.pair] === undefined) return null;
  const made = button(span.kind === 'action' ? t('Result ↓') : t('Call ↑'), () => goTo(span.pair));
  made.className = 'pair';
  return made;
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = html('button', { type: 'button' }, text);
  made.addEventListener('click', (event) => {
    event.stopPropagation();
    act();
  });
  return made;
}

function showText(body: HTMLElement, index: number, context: SpanContext): void {
  const span = context.record.spans[index]!;
  const show = (loaded: Promise<string>, written: (text: string) => string) =>
    void loaded.then(written, whyNot).then((text) => (body.textContent = text));
  if (context.raw) {
    body.textContent = '…';
    show(context.loadText(index), (text) => text);
    return;
  }
  body.textContent = displayText(span.text);
  if (span.text.length >= span.length) return;
  const more = button(t('Show all {0} characters', formatNumber(span.length)), () => {
    show(context.loadText(index), displayText);
  });
  body.append('\n', more);
}

function firstLine({ text }: InspectorSpan): string {
  const [line = ''] = text.trimStart().split('\n', 1);
  return line.length < text.trim().length ? `${line.slice(0, 200)} …` : line;
}

function problems(index: number, { problems: all }: InspectorRecord): HTMLElement[] {
  return all
    .filter(({ span }) => span === index)
    .map(({ message }) => html('p', { class: 'problem' }, message));
}
