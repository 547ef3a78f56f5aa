import { DeepCoderError } from '@deepcoder/config';

/** A set-up step that the user can put right; the exit code is that of a bad configuration. */
export function setupError(code: string, message: string, cause?: unknown): DeepCoderError {
  return new DeepCoderError(code, message, { exitCode: 2, cause });
}
