import { DeepCoderError } from '@deepcoder/config';
import type { RunFingerprints } from '@deepcoder/trainer-protocol';
import { rankName, type Ranks } from '../engine/collective/ranks.ts';
import { textsOf } from '../engine/collective/together.ts';

/** What has to be the same on all ranks: each gradient is added to those of the others. */
export interface RankMakings {
  versions: Readonly<Record<string, string>>;
  fingerprints: RunFingerprints;
}

/**
 * Compares what the ranks are about to train with. Rank 0 says what differs; the others wait for it to end them.
 *
 * @throws DeepCoderError which names the first rank that has something else
 */
export async function compareRanks(ranks: Ranks, own: RankMakings): Promise<void> {
  const { collective } = ranks;
  if (collective.size === 1) return;
  const texts = await textsOf(collective, JSON.stringify(flat(own)));
  const all = texts.map((text) => JSON.parse(text) as Record<string, string>);
  const fault = differences(all);
  if (fault === null) return;
  if (collective.rank > 0) await new Promise(() => undefined);
  const { rank, name, first, other } = fault;
  throw new DeepCoderError(
    'ranks-differ',
    `${rankName(ranks, rank)} has another ${name} (${other}) than ${rankName(ranks, 0)} (${first}); bring program, config, data and models of all hosts to the same state, for example by a shared folder`,
    { exitCode: 2 },
  );
}

function flat({ versions, fingerprints }: RankMakings): Record<string, string> {
  const { config, data, models } = fingerprints;
  const files = [...data, ...models].map(({ path, sha256 }) => [path, sha256]);
  const made = Object.entries(versions).map(([name, version]) => [`version of ${name}`, version]);
  return Object.fromEntries([...made, ['config', config], ...files]) as Record<string, string>;
}

/** The first rank that differs from rank 0, and in what; null where none does. */
export function differences(
  all: readonly Readonly<Record<string, string>>[],
): { rank: number; name: string; first: string; other: string } | null {
  const [firsts = {}] = all;
  for (const [rank, others] of all.entries()) {
    for (const name of new Set([...Object.keys(firsts), ...Object.keys(others)])) {
      const [first = 'none', other = 'none'] = [firsts[name], others[name]];
      if (first !== other) return { rank, name, first, other };
    }
  }
  return null;
}
