/**
 * Which of the texts, as token ids, some sample begins with: games whose task and first observation are
 * those of a record that was learnt from.
 */
export function gamesInData(
  heads: readonly (readonly number[])[],
  samples: Iterable<{ ids: Int32Array }>,
): boolean[] {
  const lengths = [...new Set(heads.map((ids) => ids.length))].sort((a, b) => a - b);
  const seen = new Set<string>();
  for (const { ids } of samples) {
    for (const [length, hash] of prefixHashes(ids, lengths)) seen.add(`${length}:${hash}`);
  }
  return heads.map((ids) => {
    const [own] = prefixHashes(ids, [ids.length]);
    return own !== undefined && seen.has(`${own[0]}:${own[1]}`);
  });
}

/** Hashes of 2 x 32 bits of the beginnings of these lengths, as far as there are so many tokens. */
function prefixHashes(ids: ArrayLike<number>, lengths: readonly number[]): [number, string][] {
  const found: [number, string][] = [];
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  let at = 0;
  for (const length of lengths) {
    if (length > ids.length) break;
    for (; at < length; at++) {
      one = Math.imul(one ^ ids[at]!, 0x01000193);
      other = Math.imul(other ^ (ids[at]! + at), 0x85ebca6b);
    }
    found.push([length, `${one >>> 0}/${other >>> 0}`]);
  }
  return found;
}
