import { counted } from '../counted.ts';
import type { FromInspector, InspectorRecord } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import type { Ask } from './ask.ts';
import type { Choices } from './choices.ts';
import { drawSpans } from './drawSpans.ts';
import { loadRaw, loadText } from './loadTexts.ts';
import { nextSpan } from './nextSpan.ts';
import type { SpanContext } from './spanContext.ts';
import { spanView } from './spanView.ts';
import { tokensView } from './tokensView.ts';

/** Tokens with masks, or with the losses of a run too. */
type TokensShown = 'tokens' | 'heat';

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
  /** Shows the record's tokens instead of its spans, or no more. */
  showTokens(how: TokensShown | null): void;
}

export function recordView(
  ask: Ask,
  choices: Choices,
  post: (message: FromInspector) => void,
): RecordView {
  const element = html('section', { class: 'record', tabindex: 0, 'aria-label': t('Record') });
  let record: InspectorRecord | null = null;
  let tokens: TokensShown | null = null;
  /** Spans that are folded or not against what is chosen for their kind. */
  const exceptions = new Set<number>();
  const isFolded = (index: number) =>
    choices.state.folded.includes(record!.spans[index]!.kind) !== exceptions.has(index);
  const toggle = (index: number) => {
    if (!exceptions.delete(index)) exceptions.add(index);
    const old = spanElement(element, index);
    const hadFocus = old?.contains(document.activeElement) ?? false;
    const fresh = spanView(index, context());
    old?.replaceWith(fresh);
    if (hadFocus) fresh.querySelector<HTMLElement>('.fold')?.focus();
  };
  const context = (): SpanContext => ({
    record: record!,
    isFolded,
    raw: choices.state.raw,
    loadText: (span) => loadText(ask, { record: record!.record, span, raw: choices.state.raw }),
    loadRaw: (from, length) => loadRaw(ask, { record: record!.record, from, length }),
    toggleFold: toggle,
    goTo: (index) => view.goTo(index),
    openText: (span) => post({ type: 'openText', record: record!.record, span }),
  });
  let grow: (until: number) => void = () => undefined;
  const draw = (shown = tokens) => {
    if (record === null) return;
    const body = html('div', { class: 'spans' });
    element.replaceChildren(recordHead(record), body);
    if (shown !== null) {
      body.replaceChildren(tokensView(ask, record, { losses: shown === 'heat' }));
      return;
    }
    grow = drawSpans(body, { record, hidden: choices.state.hidden, context: context() });
  };
  choices.listen(() => {
    exceptions.clear();
    draw();
  });
  const view: RecordView = {
    element,
    get record() {
      return record;
    },
    show(next) {
      record = next;
      exceptions.clear();
      draw();
      element.scrollTop = 0;
    },
    say: (text) => element.replaceChildren(html('p', { class: 'hint' }, text)),
    goTo(index, match) {
      grow(index);
      if (match !== undefined && record !== null && isFolded(index)) toggle(index);
      const span = spanElement(element, index);
      span?.scrollIntoView({ block: 'start' });
      if (match === undefined || match.focus) span?.focus({ preventScroll: true });
      if (span !== null && match !== undefined) mark(span, match.text);
    },
    move(direction, sameKind) {
      if (record === null) return;
      const { hidden } = choices.state;
      const next = nextSpan(record.spans, { from: focusedSpan(), direction, sameKind, hidden });
      if (next !== null) view.goTo(next);
    },
    toggleFold() {
      const index = focusedSpan();
      if (index >= 0) toggle(index);
    },
    showTokens: (how) => draw((tokens = how)),
  };
  return view;
}

/** The span that has the focus, or -1. */
function focusedSpan(): number {
  const span = document.activeElement?.closest<HTMLElement>('[data-span]');
  return span === null || span === undefined ? -1 : Number(span.dataset['span']);
}

function spanElement(element: HTMLElement, index: number): HTMLElement | null {
  return element.querySelector<HTMLElement>(`[data-span="${index}"]`);
}

function recordHead({
  record,
  length,
  truncated,
  trajectories,
  spans,
}: InspectorRecord): HTMLElement {
  const [first] = trajectories;
  const steps = trajectories.reduce((sum, one) => sum + one.steps, 0);
  const facts = [
    counted.turns(steps),
    counted.spans(spans.length),
    counted.characters(length),
    trajectories.length > 1 ? t('{0} trajectories', trajectories.length) : null,
  ];
  return html(
    'header',
    { class: 'record-head' },
    html('h2', {}, first?.id ?? t('Record {0}', record + 1)),
    html('p', { class: 'hint' }, facts.filter((fact) => fact !== null).join(' · ')),
    truncated
      ? html('p', { class: 'problem' }, t('This record is too long; only its beginning is shown.'))
      : null,
  );
}

/** Marks where a text occurs in a span, without changing the document. */
function mark(span: HTMLElement, text: string): void {
  const node = span.querySelector('.text')?.firstChild;
  const at = node?.textContent?.toLowerCase().indexOf(text.toLowerCase()) ?? -1;
  if (!(node instanceof Text) || at < 0) return;
  const range = new Range();
  range.setStart(node, at);
  range.setEnd(node, at + text.length);
  CSS.highlights.set('match', new Highlight(range));
  range.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
}
