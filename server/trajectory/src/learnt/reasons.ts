/**
 * Why a token or a span is learnt or not: what it is, where that is what decides (`content`, `label`,
 * `end_of_turn`, whose kinds have weights), else what leaves it out. Programs exchange indices into this list.
 */
export const REASONS = [
  'context',
  'content',
  'label',
  'end_of_turn',
  'file',
  'tool_error',
  'invalid_action',
  'repeated',
  'train_on',
  'arguments',
  'max_length',
  'first',
] as const;

export type Reason = (typeof REASONS)[number];

export interface ReasonFacts {
  reason: Reason;
  /** The kind that it is trained as; null: none. */
  kind: string | null;
  /** What its prediction counts. */
  weight: number;
  /** `data.train_on`. */
  trainOn: string;
}

/** The reason for people: `action, weight 1`, `masked: tool_error`. */
export function reasonText({ reason, kind, weight, trainOn }: ReasonFacts): string {
  const counts = weight > 0 ? `, weight ${weight}` : ': weight 0';
  switch (reason) {
    case 'context':
      return 'context';
    case 'content':
      return `${kind ?? 'content'}${counts}`;
    case 'label':
      return `label of ${kind ?? 'content'}${counts}`;
    case 'end_of_turn':
      return `end of turn${counts}`;
    case 'file':
      return 'masked by the file';
    case 'tool_error':
    case 'invalid_action':
    case 'repeated':
      return `masked: ${reason}`;
    case 'train_on':
      return `left out by train_on: ${trainOn}`;
    case 'arguments':
      return 'argument masked';
    case 'max_length':
      return 'cut off by max_length';
    case 'first':
      return 'first token: nothing before it predicts it';
  }
}
