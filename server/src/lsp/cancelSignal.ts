import type { CancellationToken } from 'vscode-languageserver';

/** A request's token as a signal. */
export function cancelSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
