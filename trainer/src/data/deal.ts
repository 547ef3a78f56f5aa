import { DeepCoderError } from '@deepcoder/config';

/**
 * Which part of the work one rank does. What a step learns from does not depend on how many ranks there are: its
 * micro-batches, cut into `parts` of equal rows where they are too few, are dealt in turn.
 */
export interface Deal {
  rank: number;
  ranks: number;
  parts: number;
}

export const ALL: Deal = { rank: 0, ranks: 1, parts: 1 };

/** The fewest parts with which every rank has as much to do as the others. */
export function dealFor(
  { rank, ranks }: Pick<Deal, 'rank' | 'ranks'>,
  step: { microBatchSize: number; gradientAccumulationSteps: number },
): Deal {
  const parts = ranks / commonDivisor(ranks, step.gradientAccumulationSteps);
  if (step.microBatchSize % parts === 0) return { rank, ranks, parts };
  const rows = step.microBatchSize * step.gradientAccumulationSteps;
  throw new DeepCoderError(
    'ranks-uneven',
    `${ranks} ranks cannot share the ${rows} rows of a step evenly: make train.gradient_accumulation_steps (${step.gradientAccumulationSteps}) a multiple of ${ranks}, or train.micro_batch_size (${step.microBatchSize}) a multiple of ${parts}`,
    { exitCode: 2 },
  );
}

/** Whether a part of a step's micro-batch, or with `parts` 1 anything counted from 0, is this rank's. */
export function isDealt({ rank, ranks, parts }: Deal, index: number, part = 0): boolean {
  return (index * parts + part) % ranks === rank;
}

/** The rows of one part of a batch that has room for `rows`; the last batch of an epoch may have fewer. */
export function rowsOfPart<Row>(
  batch: readonly Row[],
  part: number,
  { rows, parts }: { rows: number; parts: number },
): readonly Row[] {
  const size = rows / parts;
  return batch.slice(part * size, (part + 1) * size);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
