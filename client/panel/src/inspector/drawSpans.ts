import type { SpanKind } from '@deepcoder/vocabulary';
import type { InspectorRecord } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';
import { drawInBatches } from './drawInBatches.ts';
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
  let lastStep = -1;
  const more = drawInBatches(body, () => {
    if (next >= spans.length) return null;
    const made: HTMLElement[] = [];
    for (; next < spans.length && made.length < BATCH; next++) {
      const span = spans[next]!;
      const trajectory = trajectories.findIndex(({ from }) => from === next);
      if (trajectory > 0)
        made.push(
          html('h3', {}, trajectories[trajectory]!.id ?? t('Trajectory {0}', trajectory + 1)),
        );
      if (hidden.includes(span.kind)) continue;
      if (span.step !== lastStep)
        made.push(html('h3', { class: 'step-head' }, stepName(span.step)));
      lastStep = span.step;
      made.push(spanView(next, context));
    }
    return made;
  });
  return (until) => {
    while (next <= until && more());
  };
}

export function stepName(step: number): string {
  return step === 0 ? t('Start') : t('Turn {0}', step);
}
