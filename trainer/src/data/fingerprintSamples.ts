import { createHash } from 'node:crypto';
import type { Sample } from './sample.ts';

/** Hash of all samples of both sides, in order. 32 hex digits. */
export function fingerprintSamples(split: { train: Sample[]; eval: Sample[] }): string {
  const hash = createHash('sha256');
  for (const samples of [split.train, split.eval]) {
    hash.update(`${samples.length}\n`);
    for (const { id, ids, kinds, glue, pictures, readings = [] } of samples) {
      hash.update(`${id}\n${ids.length}\n`);
      for (const { buffer, byteOffset, byteLength } of [
        ids,
        kinds,
        glue,
        ...readings.flatMap((one) => [one.ids, one.pairs]),
      ]) {
        hash.update(new Uint8Array(buffer, byteOffset, byteLength));
      }
      for (const picture of pictures?.shown ?? []) hash.update(picture.hash);
    }
  }
  return hash.digest('hex').slice(0, 32);
}
