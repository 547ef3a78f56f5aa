import type { SpanKind } from '@deepcoder/vocabulary';
import type { InspectorRecord } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import type { SpanContext } from './spanContext.ts';
import { spanView } from './spanView.ts';

/** Spans are made in batches as they come near, so that a record of thousands opens at once. */
const BATCH = 150;

/** Draws spans as they come near; what is returned draws on until a span is there. */
export function drawSpans(
  body: HTMLElement,
  {
    record,
    hidden,
    context,
  }: { record: InspectorRecord; hidden: readonly SpanKind[]; context: SpanContext },
): (until: number) => void {
  const { spans, trajectories } = record;
  let next = 0;
  const more = () => {
    const made: HTMLElement[] = [];
    for (; next < spans.length && made.length < BATCH; next++) {
      const span = spans[next]!;
      const trajectory = trajectories.findIndex(({ from }) => from === next);
      if (trajectory > 0)
        made.push(
          html('h3', {}, trajectories[trajectory]!.id ?? t('Trajectory {0}', trajectory + 1)),
        );
      if (hidden.includes(span.kind)) continue;
      if (span.step !== lastStep) made.push(stepHead(span.step));
      lastStep = span.step;
      made.push(spanView(next, context));
    }
    end.before(...made);
    if (next >= spans.length) {
      observer.disconnect();
      end.remove();
    }
  };
  let lastStep = -1;
  const end = html('div', { class: 'end' });
  body.append(end);
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) more();
    },
    { rootMargin: '1500px' },
  );
  more();
  if (next < spans.length) observer.observe(end);
  return (until) => {
    while (next <= until && next < spans.length) more();
  };
}

function stepHead(step: number): HTMLElement {
  return html('h3', { class: 'step-head' }, step === 0 ? t('Start') : t('Turn {0}', step));
}
