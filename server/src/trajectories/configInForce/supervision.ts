import type { Config } from '@deepcoder/config';
import type { LearntChoice } from '@deepcoder/trajectory';
import {
  type Range,
  SPAN_KINDS,
  type SpanKind,
  trainedAs,
  type TrainedKind,
} from '@deepcoder/vocabulary';

/** What the training config in force makes of spans; null: there is none. */
export interface Supervision {
  /** Weights of each kind, and the factor of labels. */
  weights: Record<SpanKind, number>;
  labels: number;
  learnt: LearntChoice;
  /** What each kind is trained as. */
  kinds: Record<SpanKind, TrainedKind>;
  /** Offsets in the document that `max_length` cuts off, in order. */
  cuts: readonly Range[];
}

/** How a training config weighs spans: answers count as `data.answer_as` says, prompts and tasks as other. */
export function supervisionOf({ data, weights }: Config): Omit<Supervision, 'cuts'> {
  const { trainOn: turns, maskToolArguments: maskArguments, maskSteps } = data;
  const learnt = { turns, maskArguments, maskSteps };
  const kinds = byKind((kind) => trainedAs(kind, data.answerAs));
  return {
    weights: byKind((kind) => weights[kinds[kind]]),
    labels: weights.labels,
    learnt,
    kinds,
  };
}

function byKind<T>(valueOf: (kind: SpanKind) => T): Record<SpanKind, T> {
  return Object.fromEntries(SPAN_KINDS.map((kind) => [kind, valueOf(kind)])) as Record<SpanKind, T>;
}
