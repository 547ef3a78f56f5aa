import { KIND_NAMES } from './kinds.ts';
import type { Sample, SupervisionWeights } from './types.ts';

/** One token of a training text as a person looks at it. */
export interface TokenRow {
  index: number;
  id: number;
  text: string;
  kind: (typeof KIND_NAMES)[number];
  glue: boolean;
  /** What its prediction counts before any weighting strategy; 0: it is context. */
  weight: number;
}

/** The tokens of a sample with kind, glue and weight. `texts` are the tokens' texts. */
export function tokenTable(
  { ids, kinds, glue }: Pick<Sample, 'ids' | 'kinds' | 'glue'>,
  texts: readonly string[],
  weights: SupervisionWeights,
): TokenRow[] {
  return Array.from(ids, (id, index) => {
    const kind = KIND_NAMES[kinds[index]!]!;
    const isGlue = glue[index] === 1;
    const own = kind === 'none' ? 0 : weights[kind];
    // Nothing comes before the first token that could predict it.
    const weight = index === 0 ? 0 : own * (isGlue ? weights.labels : 1);
    return { index, id, text: texts[index] ?? '', kind, glue: isGlue, weight };
  });
}

/** The table as text, one line a token, for a terminal. */
export function formatTokenTable(rows: readonly TokenRow[]): string {
  const cells = rows.map((row) => [
    String(row.index),
    String(row.id),
    row.kind === 'none' ? '' : row.kind,
    row.glue ? 'glue' : '',
    row.weight === 0 ? '' : String(row.weight),
    JSON.stringify(row.text),
  ]);
  const head = ['#', 'id', 'kind', 'part', 'weight', 'token'];
  const table = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
