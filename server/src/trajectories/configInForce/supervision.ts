import type { Config } from '@deepcoder/config';
import type { LearntChoice, Range, SpanKind } from '@deepcoder/trajectory';

/** What the training config in force makes of spans; null: there is none. */
export interface Supervision {
  /** Weights of each kind, and the factor of labels. */
  weights: Record<SpanKind, number>;
  labels: number;
  learnt: LearntChoice;
  /** What each kind is trained as. */
  kinds: Record<SpanKind, string>;
  /** Offsets in the document that `max_length` cuts off, in order. */
  cuts: readonly Range[];
}

/** How a training config weighs spans: answers count as `data.answer_as` says, prompts and tasks as other. */
export function supervisionOf({ data, weights }: Config): Omit<Supervision, 'cuts'> {
  const { reasoning, action, observation, other } = weights;
  const byKind: Record<SpanKind, number> = {
    reasoning,
    action,
    observation,
    system: other,
    task: other,
    answer: weights[data.answerAs],
    other,
  };
  const { trainOn: turns, maskToolArguments: maskArguments, maskSteps } = data;
  const learnt = { turns, maskArguments, maskSteps };
  const kinds: Record<SpanKind, string> = {
    ...{ reasoning: 'reasoning', action: 'action', observation: 'observation' },
    ...{ system: 'other', task: 'other', answer: data.answerAs, other: 'other' },
  };
  return { weights: byKind, labels: weights.labels, learnt, kinds };
}
