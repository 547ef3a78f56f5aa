import { createHash } from 'node:crypto';

/**
 * Splits by a hash of the record's id: a record stays on its side whatever else is added or taken
 * away, and all samples of a record are on one side. `share` of the records are held out, on average.
 */
export function splitRecords<S extends { record: string }>(
  samples: readonly S[],
  share: number,
): { train: S[]; eval: S[] } {
  const held = (sample: S): boolean => unitHash(sample.record) < share;
  return {
    train: samples.filter((sample) => !held(sample)),
    eval: samples.filter(held),
  };
}

/** In [0, 1). */
function unitHash(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
}
