import { DeepCoderError } from '@deepcoder/config';
import type { LabelRules } from '@deepcoder/vocabulary';

/** Throws `bad-rule` for a pattern of `data.rules` that is no regular expression. */
export function checkRules({ rules }: LabelRules): void {
  for (const { kind, pattern = '' } of rules) {
    try {
      new RegExp(pattern, 'u');
    } catch (cause) {
      throw new DeepCoderError(
        'bad-rule',
        `data.rules: the pattern ${JSON.stringify(pattern)} for ${kind} is no regular expression: ` +
          (cause instanceof Error ? cause.message : String(cause)),
        { exitCode: 2, cause },
      );
    }
  }
}
