/** What a span can be, in the order of kind codes in columns of numbers and of every list that a user sees. */
export const SPAN_KINDS = [
  'reasoning',
  'action',
  'observation',
  'system',
  'task',
  'answer',
  'other',
] as const;

export type SpanKind = (typeof SPAN_KINDS)[number];

/** Spans that the agent wrote. */
export function isAgentKind(kind: SpanKind): boolean {
  return kind === 'reasoning' || kind === 'action' || kind === 'answer';
}
