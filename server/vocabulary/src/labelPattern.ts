import { RE2JS } from 're2js';

/** Matches a pattern at the start of a line, in time that grows with the line, whatever the pattern. */
export interface LabelPattern {
  /** How much of the line it matches; 0: nothing. */
  lengthAt: (line: string) => number;
}

/**
 * Compiles the pattern of a label rule. Patterns come from configs of whoever wrote a workspace, and one that
 * backtracks without end would hold up the editor; so they are RE2's, which has no looking around or back.
 * Throws an Error that says what is wrong.
 */
export function labelPattern(pattern: string): LabelPattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return {
    lengthAt: (line) => {
      const matcher = compiled.matcher(line);
      return matcher.lookingAt() ? matcher.end() : 0;
    },
  };
}

/** Why a text is no pattern of a label rule; null: it is one. */
export function labelPatternTrouble(pattern: string): string | null {
  try {
    labelPattern(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
