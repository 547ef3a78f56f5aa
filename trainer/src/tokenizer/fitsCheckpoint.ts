import type { Tokenizer } from './tokenizer.ts';

/**
 * Whether the ids of a tokenizer are those that a model knows. `problem` says in one sentence what is
 * wrong; the caller names the checkpoint.
 */
export type Fit = { fits: true } | { fits: false; problem: string };

/**
 * The model's vocabulary may be longer (padded to a round size), never shorter. Where the checkpoint
 * has a tokenizer of its own, the contents must agree: equal sizes alone prove nothing.
 */
export function fitsCheckpoint(
  tokenizer: Tokenizer,
  checkpoint: { vocabSize: number; tokenizer: Tokenizer | null },
): Fit {
  if (tokenizer.vocabSize > checkpoint.vocabSize) {
    return {
      fits: false,
      problem:
        `the tokenizer has ${tokenizer.vocabSize} tokens, the model ${checkpoint.vocabSize}; ` +
        'use the tokenizer this checkpoint was saved with',
    };
  }
  const own = checkpoint.tokenizer;
  if (own === null || own.fingerprint === tokenizer.fingerprint) return { fits: true };
  const differing = firstDifference(tokenizer, own);
  // Only the padded tail or the added tokens differ: every id that both know means the same.
  if (differing === null) return { fits: true };
  return { fits: false, problem: differing };
}

function firstDifference(tokenizer: Tokenizer, own: Tokenizer): string | null {
  const shared = Math.min(tokenizer.vocabSize, own.vocabSize);
  for (let id = 0; id < shared; id++) {
    const [ours, theirs] = [tokenizer.tokenOf(id), own.tokenOf(id)];
    if (ours === theirs || ours === null || theirs === null) continue;
    return (
      `token ${id} is ${JSON.stringify(ours)} in the tokenizer and ${JSON.stringify(theirs)} in the ` +
      'checkpoint; use the tokenizer this checkpoint was saved with'
    );
  }
  return tokenizer.rulesFingerprint === own.rulesFingerprint
    ? null
    : "the vocabularies agree, but the tokenizer's rules (normalizer, pre-tokenizer or merges) differ from the checkpoint's; use the tokenizer this checkpoint was saved with";
}
