import { createHash } from 'node:crypto';
import type { Rejected } from './types.ts';
import type { Sample } from './sample.ts';

/** Leaves out samples with the same tokens, kinds and pictures as an earlier one. */
export function dedupe(samples: readonly Sample[]): { kept: Sample[]; rejected: Rejected[] } {
  const first = new Map<string, Sample>();
  const rejected: Rejected[] = [];
  const kept = samples.filter((sample) => {
    const hash = contentHash(sample);
    const earlier = first.get(hash);
    if (earlier === undefined) {
      first.set(hash, sample);
      return true;
    }
    const message = `it is the same as ${earlier.id}`;
    rejected.push({ source: sample.id, record: sample.record, code: 'duplicate', message });
    return false;
  });
  return { kept, rejected };
}

function contentHash({ ids, kinds, glue, pictures }: Sample): string {
  const hash = createHash('sha1');
  for (const { buffer, byteOffset, byteLength } of [ids, kinds, glue]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  for (const picture of pictures?.shown ?? []) hash.update(picture.hash);
  return hash.digest('base64');
}
