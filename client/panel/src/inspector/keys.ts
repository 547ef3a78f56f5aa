import { own } from '@deepcoder/vocabulary';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';

export interface KeyActions {
  next(sameKind: boolean): void;
  previous(sameKind: boolean): void;
  fold(): void;
  copy(): void;
  search(): void;
  /** To the next match of the search, or the one before. */
  match(direction: 1 | -1): void;
  step(direction: 1 | -1): void;
  raw(): void;
  tokens(): void;
  heat(): void;
}

interface Key {
  /** As the reader is told. */
  keys: string;
  does: string;
}

const TOLD: readonly Key[] = [
  { keys: 'j k', does: t('next span, span before') },
  { keys: 'Shift+J Shift+K', does: t('the same among spans of this kind') },
  { keys: 'n p', does: t('next record, record before') },
  { keys: 'f', does: t('fold the span') },
  { keys: 'c', does: t('copy the span') },
  { keys: 'r t h', does: t('raw text, tokens, loss heat') },
  { keys: '/ Ctrl+F', does: t('search all records') },
  { keys: 'Enter F3', does: t('next match') },
  { keys: 'Shift+Enter Shift+F3', does: t('match before') },
  { keys: '?', does: t('these keys') },
];

/** Single keys, as in readers of mail: j and k for spans, n and p for records. The button that it gives tells them. */
export function handleKeys(actions: KeyActions): HTMLElement {
  const help = keyHelp();
  const keys: Record<string, () => void> = {
    j: () => actions.next(false),
    k: () => actions.previous(false),
    J: () => actions.next(true),
    K: () => actions.previous(true),
    n: () => actions.step(1),
    p: () => actions.step(-1),
    f: () => actions.fold(),
    c: () => actions.copy(),
    r: () => actions.raw(),
    t: () => actions.tokens(),
    h: () => actions.heat(),
    '/': () => actions.search(),
    '?': () => help.showModal(),
  };
  document.addEventListener('keydown', (event) => {
    const act = searchKey(event, actions) ?? singleKey(event, keys);
    if (act === undefined || help.open) return;
    event.preventDefault();
    act();
  });
  document.body.append(help);
  const button = html('button', { type: 'button', 'aria-label': t('Keys'), title: t('Keys') }, '?');
  button.addEventListener('click', () => help.showModal());
  return button;
}

/** Those that editors have for a search; they work in its field too. */
function searchKey(
  { key, ctrlKey, metaKey, shiftKey }: KeyboardEvent,
  actions: KeyActions,
): (() => void) | undefined {
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'f') return () => actions.search();
  if (key === 'F3') return () => actions.match(shiftKey ? -1 : 1);
  return undefined;
}

function singleKey(
  { target, key, ctrlKey, metaKey, altKey }: KeyboardEvent,
  keys: Record<string, () => void>,
): (() => void) | undefined {
  const isTyped = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (ctrlKey || metaKey || altKey || isTyped) return undefined;
  return own(keys, key);
}

function keyHelp(): HTMLDialogElement {
  const rows = TOLD.map(({ keys, does }) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, ...keys.split(' ').map((key) => html('kbd', {}, key))),
      html('td', {}, does),
    ),
  );
  const close = html('button', { type: 'button' }, t('Close'));
  const dialog = html(
    'dialog',
    { class: 'keys', 'aria-label': t('Keys') },
    html('table', {}, html('tbody', {}, ...rows)),
    close,
  );
  close.addEventListener('click', () => dialog.close());
  return dialog;
}
