import type { CancellationToken } from 'vscode-languageserver';

const SLICE_MS = 10;

/**
 * For long work: awaited after each piece of it, it lets other requests in every few milliseconds, and
 * says whether the client has let go of this one.
 */
export function breathe(token: CancellationToken): () => boolean | Promise<boolean> {
  let began = performance.now();
  return () => {
    if (performance.now() - began < SLICE_MS) return false;
    return new Promise((resolve) => {
      // Twice: what has come meanwhile is read in the first turn of the loop, and looked at in the second.
      setImmediate(() => {
        setImmediate(() => {
          began = performance.now();
          resolve(token.isCancellationRequested);
        });
      });
    });
  };
}
