import { diffLines, diffWordsWithSpace, type Change } from 'diff';
import { counted } from '../counted.ts';
import type { InspectorSpan } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { displayText } from './displayText.ts';

/** Texts up to this are compared word by word, longer ones line by line. */
const MOST_BY_WORD = 6000;
/** Of a text that is the same on both sides. */
const MOST_SHOWN = 300;
/** A comparison that takes longer is given up: then all of it counts as changed. */
const MOST_MS = 60;

/** Two spans side by side with what differs marked; null: there is none on that side. */
export function spanPair(left: InspectorSpan | null, right: InspectorSpan | null): HTMLElement[] {
  if (left === null || right === null) return [whole(left, 'del'), whole(right, 'ins')];
  const texts = [left, right].map(({ text }) => displayText(text)) as [string, string];
  if (texts[0] === texts[1] && left.length === right.length) return [sameSpan(left)];
  const changes = changesBetween(...texts);
  return [cell(left, marked(changes, 'del')), cell(right, marked(changes, 'ins'))];
}

/** Shown once, and long ones only when somebody wants to see them. */
export function sameSpan(span: InspectorSpan): HTMLElement {
  const text = displayText(span.text);
  const isShort = text.length <= MOST_SHOWN && text.split('\n').length <= 4;
  const shown = cell(span, [text]);
  if (isShort) {
    shown.classList.add('both');
    return shown;
  }
  const said = t('{0}, {1}: the same', span.kind, counted.characters(span.length));
  return html('details', { class: 'same both' }, html('summary', {}, said), shown);
}

function changesBetween(left: string, right: string): Change[] {
  const isShort = left.length + right.length <= MOST_BY_WORD;
  const options = { timeout: MOST_MS };
  const found = isShort
    ? diffWordsWithSpace(left, right, options)
    : diffLines(left, right, options);
  return (
    found ?? [
      { value: left, added: false, removed: true, count: 1 },
      { value: right, added: true, removed: false, count: 1 },
    ]
  );
}

/** Of the left what was taken away, of the right what came. */
function marked(changes: readonly Change[], mark: 'del' | 'ins'): (Node | string)[] {
  return changes.flatMap(({ value, added, removed }): (Node | string)[] => {
    if (!added && !removed) return [value];
    return (mark === 'del' ? removed : added) ? [html(mark, {}, value)] : [];
  });
}

function whole(span: InspectorSpan | null, mark: 'del' | 'ins'): HTMLElement {
  if (span === null) return html('div', { class: 'cell none' });
  return cell(span, [html(mark, {}, displayText(span.text))]);
}

function cell({ kind, text, length }: InspectorSpan, content: (Node | string)[]): HTMLElement {
  const isCut = text.length < length;
  return html(
    'div',
    { class: 'cell', 'data-kind': kind },
    html('span', { class: 'kind' }, kind),
    html('pre', { class: 'text' }, ...content),
    isCut
      ? html(
          'p',
          { class: 'hint' },
          t('of {0} only the beginning is compared', counted.characters(length)),
        )
      : null,
  );
}
