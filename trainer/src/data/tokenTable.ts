import { REASONS, reasonText, type Reason } from '@deepcoder/trajectory';
import { TOKEN_KINDS } from '@deepcoder/vocabulary';
import type { TokenLayout } from './layoutTokens.ts';
import type { DataSettings } from './types.ts';

/** One token of a training text as a person looks at it. */
export interface TokenRow {
  index: number;
  id: number;
  text: string;
  kind: (typeof TOKEN_KINDS)[number];
  glue: boolean;
  /** What its prediction counts before any weighting strategy; 0: it is context. */
  weight: number;
  reason: Reason;
  /** The reason in words. */
  why: string;
}

/** The first `count` tokens of a text with kind, glue, weight and why. `texts` are the tokens' texts. */
export function tokenTable(
  { kinds, glue, ids, weights, reasons }: TokenLayout,
  texts: readonly string[],
  { trainOn }: Pick<DataSettings, 'trainOn'>,
): TokenRow[] {
  return texts.map((text, index) => {
    const kind = TOKEN_KINDS[kinds[index]!]!;
    const weight = weights[index]!;
    const reason = REASONS[reasons[index]!]!;
    const facts = { reason, kind: kind === 'none' ? null : kind, weight, trainOn };
    const own = { index, id: ids[index]!, text, kind, glue: glue[index] === 1 };
    return { ...own, weight, reason, why: reasonText(facts) };
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
    row.why,
    JSON.stringify(row.text),
  ]);
  const head = ['#', 'id', 'kind', 'part', 'weight', 'why', 'token'];
  const table = [head, ...cells];
  const widths = head.map((_, column) =>
    table.reduce((most, line) => Math.max(most, line[column]!.length), 0),
  );
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
