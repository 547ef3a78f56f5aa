import { KIND } from '../kinds.ts';
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
  const add = (start: number, end: number, rest: Pick<Segment, 'kind' | 'glue'>): void => {
    if (start < end && rest.kind !== KIND.none) segments.push({ start, end, ...rest });
  };
  let cursor = turn.start;
  for (const { start, end, span } of contents) {
    const kind = policy.kindOf(span);
    add(cursor, start, { kind, glue: true });
    add(start, end, { kind, glue: false });
    cursor = end;
  }
  const last = contents.at(-1);
  if (last !== undefined) add(cursor, turn.end, { kind: policy.endKindOf(last.span), glue: true });
  return segments;
}

/** The segment of a content outside the agent's turns. */
export function contextSegment({ start, end, span }: PlacedSpan, policy: Policy): Segment[] {
  const kind = policy.kindOf(span);
  return kind === KIND.none || start >= end ? [] : [{ start, end, kind, glue: false }];
}
