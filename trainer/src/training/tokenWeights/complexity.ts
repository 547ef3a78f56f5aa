import { KIND } from '@deepcoder/vocabulary';
import type { Sample } from '../../data/sample.ts';
import type { WeightsConfig } from './strategy.ts';

/**
 * How hard a trajectory is: C(tau) = a |tau_r| + b |tau_a| + g H (arXiv 2505.13820, curriculum), with
 * the tokens of reasoning and action and H the sum of the teacher's entropies over the supervised
 * tokens, in nats: a sum, as the token counts are, so that no term vanishes beside the others.
 *
 * @param teacherEntropy 0 without a teacher
 */
export function complexity(
  { tokensPerKind }: Pick<Sample, 'tokensPerKind'>,
  teacherEntropy: number,
  weights: WeightsConfig['curriculum']['complexity'],
): number {
  return (
    weights.reasoningTokens * tokensPerKind[KIND.reasoning]! +
    weights.actionTokens * tokensPerKind[KIND.action]! +
    weights.teacherEntropy * teacherEntropy
  );
}
