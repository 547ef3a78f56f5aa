import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';

const LEAST_SHARE = 12;
const MOST_SHARE = 70;
const STEP = 4;

/** The bar between the list and the record: drawn, or moved by arrow keys. The share is in per cent. */
export function resizer(
  panes: () => HTMLElement,
  { share, keep }: { share: number; keep: (share: number) => void },
): HTMLElement {
  const bar = html('div', {
    class: 'resizer',
    role: 'separator',
    tabindex: 0,
    'aria-label': t('Size of the list'),
    'aria-valuemin': LEAST_SHARE,
    'aria-valuemax': MOST_SHARE,
  });
  let now = share;
  const set = (next: number) => {
    now = Math.round(Math.min(MOST_SHARE, Math.max(LEAST_SHARE, next)));
    bar.setAttribute('aria-valuenow', String(now));
    panes().style.setProperty('--list-share', String(now));
  };
  /** In narrow windows the list stands above the record. */
  const isStacked = () => getComputedStyle(bar).cursor === 'row-resize';
  bar.addEventListener('pointerdown', (event) => {
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  bar.addEventListener('pointermove', ({ clientX, clientY, pointerId }) => {
    if (!bar.hasPointerCapture(pointerId)) return;
    const { left, top, width, height } = panes().getBoundingClientRect();
    set(100 * (isStacked() ? (clientY - top) / height : (clientX - left) / width));
  });
  bar.addEventListener('pointerup', () => keep(now));
  bar.addEventListener('keydown', (event) => {
    const direction = ['ArrowRight', 'ArrowDown'].includes(event.key)
      ? 1
      : ['ArrowLeft', 'ArrowUp'].includes(event.key)
        ? -1
        : 0;
    if (direction === 0) return;
    event.preventDefault();
    set(now + direction * STEP);
    keep(now);
  });
  queueMicrotask(() => set(share));
  return bar;
}
