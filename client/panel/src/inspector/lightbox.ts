import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';

/**
 * Shows a picture as large as the page, over it. Arrow keys go to the picture before and the next one of those that
 * are on the page, `+` and `-` change its size, Escape and a click beside it close it; the focus goes back to where
 * it was.
 */
export function openLightbox(first: HTMLImageElement): void {
  const shown = html('img', {});
  const caption = html('p', { 'aria-live': 'polite' });
  const close = html('button', { type: 'button', class: 'close' }, t('Close'));
  const dialog = html(
    'dialog',
    { class: 'lightbox', 'aria-label': t('Picture') },
    html('div', { class: 'scroll', tabindex: 0 }, shown),
    html('footer', {}, caption, close),
  );
  let current = first;
  /** Of the picture's own size; null: as large as fits. */
  let scale: number | null = null;
  const show = (): void => {
    shown.src = current.src;
    shown.alt = current.alt;
    shown.style.width = scale === null ? '' : `${Math.round(scale * current.naturalWidth)}px`;
    shown.classList.toggle('sized', scale !== null);
    const size = `${current.naturalWidth} × ${current.naturalHeight}`;
    const zoom = scale === null ? [] : [`${Math.round(scale * 100)} %`];
    caption.textContent = [current.alt, size, ...zoom].join(' · ');
  };
  const go = (by: number): void => {
    const all = [...document.querySelectorAll<HTMLImageElement>('figure img')];
    current = all[all.indexOf(current) + by] ?? current;
    scale = null;
    show();
  };
  const resize = (by: number): void => {
    scale ??= shown.clientWidth / Math.max(1, current.naturalWidth);
    scale = Math.min(8, Math.max(0.1, scale * by));
    show();
  };
  const keys = new Map([
    ['ArrowLeft', () => go(-1)],
    ['ArrowRight', () => go(1)],
    ['+', () => resize(1.25)],
    ['-', () => resize(1 / 1.25)],
  ]);
  dialog.addEventListener('keydown', (event) => {
    event.stopPropagation();
    const act = keys.get(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || target === close) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  show();
  dialog.showModal();
}
