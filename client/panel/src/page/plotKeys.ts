import { nearestIndex } from '../downSample.ts';
import { t } from '../l10n.ts';
import { longest, type Line } from './chartData.ts';
import type { View } from './view.ts';

export const KEYS_HELP = t(
  'Left and right arrow: move along the curve. Shift with them: move the view. Plus and minus: zoom. 0 or Escape: show all.',
);

interface KeyContext {
  view: View;
  lines: () => readonly Line[];
  wholeRange: () => [number, number];
}

/** What the mouse does on a chart, by keys. */
export function handleKeys(host: HTMLElement, context: KeyContext): void {
  const { view } = context;
  host.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const change = keyChange(event, context);
    if (change === null) return;
    event.preventDefault();
    view.set(change);
  });
  host.addEventListener('blur', () => view.set({ hover: null }));
}

function keyChange(
  { key, shiftKey }: KeyboardEvent,
  context: KeyContext,
): Parameters<View['set']>[0] | null {
  const { state } = context.view;
  const direction = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (direction !== undefined)
    return shiftKey ? { range: moved(context, direction) } : { hover: next(context, direction) };
  if (key === '+' || key === '=') return { range: zoomed(context, 0.5) };
  if (key === '-') return state.range === null ? null : { range: zoomed(context, 2) };
  if (key === '0' || key === 'Escape') return state.range === null ? null : { range: null };
  return null;
}

/** The next point of the line with the most points, at least a two-hundredth of the view away. */
function next({ view, lines, wholeRange }: KeyContext, direction: number): number | null {
  const x = longest(lines())?.x;
  if (x === undefined || x.length === 0) return null;
  const [from, to] = view.state.range ?? wholeRange();
  const { hover } = view.state;
  const inView = (index: number) =>
    Math.min(to, Math.max(from, x[Math.min(x.length - 1, Math.max(0, index))]!));
  if (hover === null) return inView(nearestIndex(x, direction > 0 ? from : to));
  const here = nearestIndex(x, hover);
  const away = nearestIndex(x, hover + (direction * (to - from)) / 200);
  return inView(away === here ? here + direction : away);
}

function moved({ view, wholeRange }: KeyContext, direction: number): [number, number] | null {
  const { range } = view.state;
  if (range === null) return null;
  const [low, high] = wholeRange();
  const [from, to] = range;
  const wish = (direction * (to - from)) / 5;
  const shift = Math.max(low - from, Math.min(high - to, wish));
  return [from + shift, to + shift];
}

function zoomed({ view, wholeRange }: KeyContext, factor: number): [number, number] | null {
  const [low, high] = wholeRange();
  const [from, to] = view.state.range ?? [low, high];
  const middle = view.state.hover ?? (from + to) / 2;
  const start = Math.max(low, middle - (middle - from) * factor);
  const end = Math.min(high, middle + (to - middle) * factor);
  return start <= low && end >= high ? null : [start, end];
}
