import type { SemanticTokensDelta } from 'vscode-languageserver';

/** A server that has not answered by then is frozen, also on a machine that has much else to do. */
const FROZEN_MS = 120_000;

export async function within<T>(answer: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} was not answered within ${String(FROZEN_MS / 1000)} s`));
    }, FROZEN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Without what counts answers and versions. */
export function plainAnswer(answer: unknown): string {
  const text = JSON.stringify(answer ?? null);
  return text.replace(/"(resultId|version)":(?:"[^"]*"|\d+)/g, '"$1":0');
}

export function appliedTokens(
  before: readonly number[],
  edits: SemanticTokensDelta['edits'],
): number[] {
  let result = [...before];
  for (const { start, deleteCount, data = [] } of edits)
    result = [...result.slice(0, start), ...data, ...result.slice(start + deleteCount)];
  return result;
}
