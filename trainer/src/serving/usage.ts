import type { Finished } from './scheduler.ts';

/** Tokens of an answer, in the form of OpenAI's API. */
export function usageOf(
  prompts: readonly (readonly number[])[],
  ends: readonly Finished[],
): object {
  const prompt = prompts.reduce((sum, ids) => sum + ids.length, 0);
  const completion = ends.reduce((sum, { tokens }) => sum + tokens, 0);
  const cached = ends.reduce((most, one) => Math.max(most, one.cached), 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
