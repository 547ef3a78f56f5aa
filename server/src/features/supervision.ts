import type { Config } from '@deepcoder/config';
import type { SpanKind } from '@deepcoder/trajectory';
import type { Supervision } from './semanticTokens.ts';

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
