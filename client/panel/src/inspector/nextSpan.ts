import type { SpanKind } from '@deepcoder/vocabulary';
import type { InspectorSpan } from '../inspectorMessages.ts';

/** The next span that is shown, of the same kind if wanted; null where there is none. From -1: any. */
export function nextSpan(
  spans: readonly Pick<InspectorSpan, 'kind'>[],
  {
    from,
    direction,
    sameKind,
    hidden,
  }: { from: number; direction: 1 | -1; sameKind: boolean; hidden: readonly SpanKind[] },
): number | null {
  const kind = spans[from]?.kind;
  for (let index = from + direction; spans[index] !== undefined; index += direction) {
    const next = spans[index]!.kind;
    if (hidden.includes(next) || (sameKind && kind !== undefined && next !== kind)) continue;
    return index;
  }
  return null;
}
