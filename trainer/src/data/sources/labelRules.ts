import { DeepCoderError } from '@deepcoder/config';
import { SPAN_KINDS, type LabelRules } from '@deepcoder/trajectory';

/** `data.rules` of the config, from kind to pattern, in the form that the parser takes. */
export function labelRules(rules: Partial<Record<string, string | undefined>>): LabelRules {
  const known = SPAN_KINDS.flatMap((kind) => {
    const pattern = rules[kind];
    return pattern === undefined ? [] : [{ kind, pattern }];
  });
  for (const { kind, pattern } of known) {
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
  return { rules: known };
}
