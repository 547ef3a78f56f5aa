import { Builder } from './build/builder.ts';
import { finish } from './build/finish.ts';
import type { Input } from './formats/format.ts';
import { FORMATS, formatById } from './formats/registry.ts';
import { openInput } from './probe.ts';
import type { Parsed, ParseOptions } from './types.ts';

export const NOT_A_TRAJECTORY = 'not_a_trajectory';

/** Reads a trajectory file. Never throws: trouble comes back as problems with positions. */
export function parse(text: string, options: ParseOptions = {}): Parsed {
  const build = new Builder();
  const input = openInput(text, options, (scan, record) => {
    const { message, start, end } = scan.error!;
    build.problem('error', 'json-syntax', `Malformed JSON: ${message}.`, {
      start,
      end: Math.max(end, Math.min(start + 1, record.end)),
    });
  });
  const verdict = detect(input, options.format);
  formatById(verdict.format)?.read(input, build);
  build.close(text.length);
  return finish(text, verdict, build);
}

export interface Verdict {
  format: string;
  reason: string;
}

function detect(input: Input, override: string | undefined): Verdict {
  if (override !== undefined && formatById(override)) {
    return { format: override, reason: 'chosen by the user' };
  }
  for (const format of FORMATS) {
    const reason = format.detect(input);
    if (reason !== null) return { format: format.id, reason };
  }
  return { format: NOT_A_TRAJECTORY, reason: 'none of the known formats' };
}
