/** Exit codes of the program: 0 done, 1 bug, 2 config, 3 data or checkpoint, 4 diverged, 5 a rank was lost, 130 cancelled. */
export type ExitCode = 2 | 3 | 4 | 5;

/**
 * What the user can put right: a bad config, data, checkpoint or machine set-up. `code` is stable and
 * is what programs branch on; the message names the place and the cure.
 */
export class DeepCoderError extends Error {
  override readonly name = 'DeepCoderError';
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: { exitCode: ExitCode; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode;
  }
}
