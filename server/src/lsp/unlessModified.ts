import { Interrupted } from '@deepcoder/trajectory';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';

/** An answer for which a text was still being read when it changed is none, as the protocol says it. */
export async function unlessModified<T>(answer: () => T | Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new ResponseError(LSPErrorCodes.ContentModified, error.message);
  }
}
