import { Builder } from './build/builder.ts';
import { finish } from './build/finish.ts';
import type { Format, Input } from './formats/format.ts';
import { FORMATS, formatById } from './formats/registry.ts';
import { openInput, reportBroken } from './probe.ts';
import type { Parsed, ParseOptions } from './types.ts';

export const NOT_A_TRAJECTORY = 'not_a_trajectory';

/** Reads a trajectory file. Never throws: trouble comes back as problems with positions. */
export function parse(text: string, options: ParseOptions = {}): Parsed {
  const build = new Builder();
  const input = openInput(text, options, (scan, range) => {
    reportBroken(build, scan, range);
  });
  const verdict = detect(input, options.format);
  readAll(formatById(verdict.format), input, build);
  build.close(text.length);
  return finish(text, verdict, build);
}

function readAll(format: Format | null, input: Input, build: Builder): void {
  const { source, shape } = input;
  if (format?.read) format.read(input, build);
  else if (shape === 'text')
    format?.blocks?.read(build, source, { start: 0, end: source.text.length });
  else if (format?.record) for (const record of input.records()) format.record(build, record);
}

export interface Verdict {
  format: string;
  reason: string;
}

export function detect(input: Input, override: string | undefined): Verdict {
  if (override !== undefined && formatById(override)) {
    return { format: override, reason: 'chosen by the user' };
  }
  for (const format of FORMATS) {
    const reason = format.detect(input);
    if (reason !== null) return { format: format.id, reason };
  }
  return { format: NOT_A_TRAJECTORY, reason: 'none of the known formats' };
}
