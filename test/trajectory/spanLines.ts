import { parse, spanText, type ParseOptions } from '@deepcoder/trajectory';

/** The spans of a file, each as `traj.step kind text`. */
export function spanLines(text: string, options: ParseOptions = {}): string[] {
  const parsed = parse(text, options);
  return parsed.spans.map(
    ({ traj, step, kind }, i) => `${traj}.${step} ${kind} ${spanText(text, parsed, i)}`,
  );
}

/** Values, one a line. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
