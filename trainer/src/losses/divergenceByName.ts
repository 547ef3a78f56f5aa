import { type Config, DeepCoderError } from '@deepcoder/config';
import type { TrainedKind } from '@deepcoder/vocabulary';
import { adaptiveKl } from './adaptiveKl.ts';
import { alphaDivergence } from './alphaDivergence.ts';
import type { Divergence, DivergenceChoice } from './divergence.ts';
import { focal } from './focal.ts';
import { forwardKl } from './forwardKl.ts';
import { jsd } from './jsd.ts';
import { reverseKl } from './reverseKl.ts';
import { skewKl } from './skewKl.ts';
import { symmetricKl } from './symmetricKl.ts';
import { uld } from './uld.ts';
import { wasserstein } from './wasserstein.ts';

/** The part of `loss` in the config that divergences take parameters from. */
export type DivergenceParameters = Pick<
  Config['loss'],
  'alpha' | 'gamma' | 'beta' | 'generalizedJsd' | 'lambda'
>;

/** Divergences by their names in the config. */
export const DIVERGENCES = {
  kl: () => forwardKl,
  reverse_kl: () => reverseKl,
  symmetric: ({ lambda }) => symmetricKl(lambda ?? 0.5),
  jsd: ({ beta, generalizedJsd }) => jsd(beta, { isDivided: !generalizedJsd }),
  alpha: ({ alpha }) => alphaDivergence(alpha),
  skew_kl: ({ lambda }) => skewKl(shareBelowOne(lambda ?? 0.1)),
  wasserstein: () => wasserstein,
  uld: () => uld,
  focal: ({ gamma }) => focal(gamma),
  adaptive: () => adaptiveKl,
} satisfies Record<string, (parameters: DivergenceParameters) => Divergence>;

type DivergenceName = keyof typeof DIVERGENCES;

/** @throws DeepCoderError for a name that is not in the table */
export function divergenceByName(name: string, parameters: DivergenceParameters): Divergence {
  if (!Object.hasOwn(DIVERGENCES, name)) {
    const names = Object.keys(DIVERGENCES).join(', ');
    throw configError(`loss.type ${name}: there is no such loss; there are ${names}`);
  }
  return DIVERGENCES[name as DivergenceName](parameters);
}

/**
 * What the config's `loss.type` says.
 *
 * @throws DeepCoderError where the loss does not fit: `uld` is for teachers with another tokenizer, and
 *   such a teacher allows no other loss
 */
export function divergenceOf(
  config: DivergenceParameters & { type: DivergenceName | Record<TrainedKind, DivergenceName> },
  { sharesTokenizer }: { sharesTokenizer: boolean },
): DivergenceChoice {
  const byName = (name: string): Divergence => {
    const divergence = divergenceByName(name, config);
    refuseMisfit(name, divergence, sharesTokenizer);
    return divergence;
  };
  if (typeof config.type === 'string') return byName(config.type);
  const { reasoning, action, observation, other } = config.type;
  return {
    reasoning: byName(reasoning),
    action: byName(action),
    observation: byName(observation),
    other: byName(other),
  };
}

function refuseMisfit(name: string, { cells }: Divergence, sharesTokenizer: boolean): void {
  if ((cells === 'ranks') !== sharesTokenizer) return;
  throw configError(
    sharesTokenizer
      ? `loss.type ${name}: it compares sorted probabilities and is 0 when two tokens swap theirs; teacher and student share a tokenizer, so take a loss that compares token by token, such as kl`
      : `loss.type ${name}: it compares token by token, but the teacher has another tokenizer; take uld`,
  );
}

function shareBelowOne(lambda: number): number {
  if (lambda < 1) return lambda;
  throw configError('loss.lambda: 1 makes skew_kl compare the teacher with itself; take less');
}

function configError(message: string): DeepCoderError {
  return new DeepCoderError('config/loss', message, { exitCode: 2 });
}
