import { TOKEN_KINDS, TRAINED_KINDS, type TrainedKind } from '@deepcoder/vocabulary';
import { type SupervisionWeights, weighTokens } from '@deepcoder/trajectory';
import type { Sample } from './sample.ts';

/** What is left to learn once samples are masked and cut to length: tokens that count in the loss. */
export interface LearntTokens {
  samples: number;
  /** Context too. */
  tokens: number;
  learnt: number;
  byKind: Record<TrainedKind, number>;
  /** Labels, tags and ends of turns among them. */
  labels: number;
}

export function learntTokens(
  samples: readonly Sample[],
  weights: SupervisionWeights,
): LearntTokens {
  const byKind = { reasoning: 0, action: 0, observation: 0, other: 0 };
  const counts = { samples: samples.length, tokens: 0, learnt: 0, labels: 0 };
  for (const sample of samples) {
    const all = weighTokens(sample, weights);
    counts.tokens += all.length;
    for (let token = 0; token < all.length; token++) {
      const kind = TOKEN_KINDS[sample.kinds[token]!]!;
      if (all[token]! <= 0 || kind === 'none') continue;
      counts.learnt += 1;
      byKind[kind] += 1;
      if (sample.glue[token] === 1) counts.labels += 1;
    }
  }
  return { ...counts, byKind };
}

/** A line for each side of the split. */
export function learntTable(sides: { train: LearntTokens; eval: LearntTokens }): string[] {
  const header = ['', 'samples', 'tokens', 'learnt', ...TRAINED_KINDS, 'labels'];
  const row = (name: string, of: LearntTokens): string[] => [
    name,
    ...[
      of.samples,
      of.tokens,
      of.learnt,
      ...TRAINED_KINDS.map((kind) => of.byKind[kind]),
      of.labels,
    ].map((count) => count.toLocaleString('en-US')),
  ];
  const rows = [
    header,
    row('to train on', sides.train),
    ...(sides.eval.samples === 0 ? [] : [row('held out', sides.eval)]),
  ];
  const widths = header.map((_, column) =>
    rows
      .map((cells) => cells[column]!.length)
      .reduce((most, one) => Math.max(most, one), -Infinity),
  );
  return rows.map(([name, ...cells]) =>
    [name!.padEnd(widths[0]!), ...cells.map((cell, i) => cell.padStart(widths[i + 1]!))].join('  '),
  );
}
