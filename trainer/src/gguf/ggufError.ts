import { DeepCoderError } from '@deepcoder/config';

/** A GGUF file that cannot be used: exit code 3, like any bad checkpoint. */
export function ggufError(
  code: string,
  file: string,
  message: string,
  cause?: unknown,
): DeepCoderError {
  return new DeepCoderError(code, `checkpoint ${file}: ${message}`, { exitCode: 3, cause });
}
