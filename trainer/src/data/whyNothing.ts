import {
  leftOutOf,
  REASONS,
  type Parsed,
  type Reason,
  type Trajectory,
} from '@deepcoder/trajectory';
import type { PolicySettings } from './render/policy.ts';
import type { DataSettings } from './types.ts';
import type { RejectCode } from './render/rendered.ts';

type Settings = Pick<DataSettings, 'trainOn'>;

/** Why nothing is learnt, by what leaves out the most of what is not plain context. */
export function whyNothing(reasons: Iterable<Reason>, settings: Settings): string {
  const counts = new Map<Reason, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (counts.has('max_length')) return explain('max_length', settings);
  for (const plain of ['context', 'content', 'label', 'end_of_turn', 'first'] as const) {
    counts.delete(plain);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return explain(most?.[0] ?? 'content', settings);
}

/** Of a record whose turns are samples of their own, and all left out. */
export function noTurn(
  parsed: Pick<Parsed, 'spans' | 'masked'>,
  trajectory: Trajectory,
  settings: PolicySettings,
): { code: RejectCode; message: string } {
  const { trainOn: turns, maskToolArguments: maskArguments, maskSteps } = settings;
  const leftOut = leftOutOf(parsed, trajectory, { turns, maskArguments, maskSteps });
  return { code: 'nothing-supervised', message: whyNothing(leftOut.values(), settings) };
}

/** From indices into `REASONS`. */
export function reasonsOf(codes: Iterable<number>): Reason[] {
  return Array.from(codes, (code) => REASONS[code]!);
}

function explain(reason: Reason, { trainOn }: Settings): string {
  switch (reason) {
    case 'max_length':
      return 'no supervised token is left after it is cut to data.max_length; raise it, or cut at the other end (data.truncate)';
    case 'file':
      return 'the file excludes all that the agent says from the loss (weight: 0, loss: false, train: false)';
    case 'tool_error':
    case 'invalid_action':
    case 'repeated':
      return `data.mask_steps masks all that would be supervised (${reason})`;
    case 'train_on':
      return trainOn === 'answer'
        ? 'it holds no answer (terminal calls are actions); data.train_on: last takes its last turn'
        : `data.train_on: ${trainOn} leaves out all that would be supervised`;
    case 'arguments':
      return 'it holds arguments of calls only, and data.mask_tool_arguments masks them';
    default:
      return 'no token of it is supervised: its kinds have weight 0';
  }
}
