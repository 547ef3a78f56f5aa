import type { FromInspector, InspectorRecord, InspectorSpan } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import type { Ask } from './ask.ts';
import type { Choices } from './choices.ts';
import { drawSpans } from './drawSpans.ts';
import { copyText } from './copyText.ts';
import { loadRaw, loadText } from './loadTexts.ts';
import { nextSpan } from './nextSpan.ts';
import type { SpanContext } from './spanContext.ts';
import { spanView } from './spanView.ts';
import { focusedSpan, markMatch, spanElement } from './spanElements.ts';

/** What a record is shown as in place of its spans. */
type ShownInstead = (record: InspectorRecord) => HTMLElement;

export interface RecordView {
  element: HTMLElement;
  readonly record: InspectorRecord | null;
  show(record: InspectorRecord): void;
  /** In place of a record. */
  say(text: string): void;
  /** Brings a span into sight and gives it the focus, or leaves that where it is for a match, whose text is marked. */
  goTo(span: number, match?: { text: string; focus: boolean }): void;
  /** To the span after or before the one that has the focus; of its kind only, if wanted. */
  move(direction: 1 | -1, sameKind: boolean): void;
  toggleFold(): void;
  /** Copies the span that has the focus. */
  copy(): void;
  /** Shows something else of each record than its spans, or no more. */
  showInstead(how: ShownInstead | null): void;
  /** The head has something else to say. */
  redrawHead(): void;
}

export function recordView(
  ask: Ask,
  choices: Choices,
  {
    post,
    head,
  }: { post: (message: FromInspector) => void; head: (record: InspectorRecord) => HTMLElement },
): RecordView {
  const element = html('section', { class: 'record', tabindex: 0, 'aria-label': t('Record') });
  let record: InspectorRecord | null = null;
  let instead: ShownInstead | null = null;
  const folds = foldedSpans(choices, (index) => record!.spans[index]!);
  const toggle = (index: number) => {
    folds.toggle(index);
    redrawSpan(element, index, context());
  };
  const context = (): SpanContext => ({
    record: record!,
    isFolded: folds.isFolded,
    raw: choices.state.raw,
    loadText: (span) => loadText(ask, { record: record!.record, span, raw: choices.state.raw }),
    loadRaw: (from, length) => loadRaw(ask, { record: record!.record, from, length }),
    toggleFold: toggle,
    goTo: (index) => view.goTo(index),
    copy: (span, button) => copyText(context().loadText(span), { post, button }),
    openText: (span) => post({ type: 'openText', record: record!.record, span }),
  });
  let grow: (until: number) => void = () => undefined;
  const draw = () => {
    if (record === null) return;
    const body = html('div', { class: 'spans' });
    element.replaceChildren(head(record), body);
    if (instead !== null) body.replaceChildren(instead(record));
    else grow = drawSpans(body, { record, hidden: choices.state.hidden, context: context() });
  };
  const drawAnew = () => {
    folds.forget();
    draw();
  };
  choices.listen(drawAnew);
  const view: RecordView = {
    element,
    get record() {
      return record;
    },
    show(next) {
      record = next;
      drawAnew();
      element.scrollTop = 0;
    },
    say: (text) => element.replaceChildren(html('p', { class: 'hint' }, text)),
    goTo(index, match) {
      grow(index);
      if (match !== undefined && record !== null && folds.isFolded(index)) toggle(index);
      const span = spanElement(element, index);
      span?.scrollIntoView({ block: 'start' });
      if (match === undefined || match.focus) span?.focus({ preventScroll: true });
      if (span !== null && match !== undefined) markMatch(span, match.text);
    },
    move(direction, sameKind) {
      const { hidden } = choices.state;
      const how = { from: focusedSpan(), direction, sameKind, hidden };
      const next = nextSpan(record?.spans ?? [], how);
      if (next !== null) view.goTo(next);
    },
    toggleFold() {
      const index = focusedSpan();
      if (index >= 0) toggle(index);
    },
    copy: () => spanElement(element, focusedSpan())?.querySelector<HTMLElement>('.copy')?.click(),
    redrawHead() {
      if (record !== null) element.querySelector('.record-head')?.replaceWith(head(record));
    },
    showInstead(how) {
      instead = how;
      draw();
    },
  };
  return view;
}

function redrawSpan(element: HTMLElement, index: number, context: SpanContext): void {
  const old = spanElement(element, index);
  const hadFocus = old?.contains(document.activeElement) ?? false;
  const fresh = spanView(index, context);
  old?.replaceWith(fresh);
  if (hadFocus) fresh.querySelector<HTMLElement>('.fold')?.focus();
}

/** Which spans are folded: those of kinds that are, but for what was toggled by itself. */
function foldedSpans(choices: Choices, span: (index: number) => InspectorSpan) {
  const exceptions = new Set<number>();
  return {
    isFolded: (index: number) =>
      choices.state.folded.includes(span(index).kind) !== exceptions.has(index),
    toggle(index: number) {
      if (!exceptions.delete(index)) exceptions.add(index);
    },
    forget: () => exceptions.clear(),
  };
}
