import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';
import { unlessModified } from './unlessModified.ts';

/**
 * Answers a request that its client has let go of at once, and as the protocol wants it; what still goes
 * on for it stops where it next looks at the token.
 */
export async function cancellable<T>(
  token: CancellationToken,
  answer: () => T | Promise<T>,
): Promise<T> {
  const cancelled = (): ResponseError =>
    new ResponseError(LSPErrorCodes.RequestCancelled, 'the client cancelled this request');
  if (token.isCancellationRequested) throw cancelled();
  const answered = unlessModified(answer);
  return new Promise((resolve, reject) => {
    const listening = token.onCancellationRequested(() => reject(cancelled()));
    answered
      .then(resolve, (error: unknown) => reject(error as Error))
      .finally(() => listening.dispose());
  });
}
