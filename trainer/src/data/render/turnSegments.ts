import { KIND } from '@deepcoder/vocabulary';
import type { Policy } from './policy.ts';
import type { PlacedSpan, Segment } from './rendered.ts';

/**
 * The segments of one turn of the agent, from the first character that the agent writes to the end of
 * its turn. What stands before a content takes its kind, what stands after the last one that one's.
 */
export function turnSegments(
  turn: { start: number; end: number },
  contents: readonly PlacedSpan[],
  policy: Policy,
): Segment[] {
  const segments: Segment[] = [];
  const add = (segment: Segment): void => {
    if (segment.start < segment.end) segments.push(segment);
  };
  let cursor = turn.start;
  for (const { start, end, span } of contents) {
    const kind = policy.kindOf(span);
    const reason = policy.reasonOf(span);
    const label = kind === KIND.none ? reason : 'label';
    add({ start: cursor, end: start, kind, glue: true, reason: label });
    add({ start, end, kind, glue: false, reason });
    cursor = end;
  }
  const last = contents.at(-1);
  if (last === undefined) return segments;
  const kind = policy.endKindOf(last.span);
  const reason = kind === KIND.none ? policy.reasonOf(last.span) : 'end_of_turn';
  add({ start: cursor, end: turn.end, kind, glue: true, reason });
  return segments;
}

/** The segment of a content outside the turns that are learnt. */
export function contextSegment({ start, end, span }: PlacedSpan, policy: Policy): Segment[] {
  if (start >= end) return [];
  const [kind, reason] = [policy.kindOf(span), policy.reasonOf(span)];
  return [{ start, end, kind, glue: false, reason }];
}
