import type { TokenTranslation } from './tokenTranslation.ts';

interface Part {
  own: Int32Array;
  theirs: Int32Array;
}

/**
 * Cuts tokens that say the same further: at every place within a character, too, where both have a boundary.
 * What does not say the same bytes (a blank that is in no token of one side) stays as it is.
 */
export function byteParts(
  own: Int32Array,
  theirs: Int32Array,
  { ownBytes, theirBytes }: Pick<TokenTranslation, 'ownBytes' | 'theirBytes'>,
): Part[] {
  if (own.length === 1 || theirs.length === 1) return [{ own, theirs }];
  const ours = Array.from(own, ownBytes);
  const others = Array.from(theirs, theirBytes);
  const isUnknown = [...ours, ...others].includes('');
  if (isUnknown || ours.join('') !== others.join('')) return [{ own, theirs }];
  const parts: Part[] = [];
  let [ownFirst, theirsFirst] = [0, 0];
  let token = 0;
  let [end, otherEnd] = [0, 0];
  for (const [at, bytes] of ours.entries()) {
    end += bytes.length;
    while (otherEnd < end) otherEnd += others[token++]!.length;
    if (otherEnd !== end) continue;
    parts.push({
      own: own.subarray(ownFirst, at + 1),
      theirs: theirs.subarray(theirsFirst, token),
    });
    [ownFirst, theirsFirst] = [at + 1, token];
  }
  return parts;
}
