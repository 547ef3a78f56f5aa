import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

/** Servers write some tokens otherwise than tokenizers do; of a wrong vocabulary nearly all differ. */
const ALLOWED_SHARE = 0.2;

/**
 * Whether a server writes other texts for ids than the tokenizer does, in one clause; null where they agree.
 * Blanks at the ends are left aside, and so are tokens that are no whole text or that nothing is written for.
 */
export async function textTrouble(
  tokenizer: Tokenizer,
  texts: ReadonlyMap<number, string>,
): Promise<string | null> {
  const differing: string[] = [];
  let compared = 0;
  for (const [id, text] of texts) {
    const own = tokenizer.tokenOf(id) === null ? null : await tokenizer.decode([id]);
    if (own !== null && (isUnclear(own) || isUnclear(text))) continue;
    compared++;
    if (own?.trim() === text.trim()) continue;
    differing.push(
      `token ${id} is ${JSON.stringify(own)} to the student and ${JSON.stringify(text)} to the teacher`,
    );
  }
  const [example = ''] = differing;
  return differing.length > ALLOWED_SHARE * compared ? example : null;
}

function isUnclear(text: string): boolean {
  return text.trim() === '' || text.includes('\uFFFD');
}
