import { spanText, type Parsed } from '@deepcoder/trajectory';

/** A parse as lines to read: the trajectories, the spans with their decoded text, the problems. */
export function outline(text: string, parsed: Parsed): string {
  const spans = parsed.spans.map((span, i) => {
    const shown = JSON.stringify(spanText(text, parsed, i));
    return `${span.traj}.${span.step} ${span.kind} ${shown}`;
  });
  const problems = parsed.problems.map(
    ({ severity, code, start, end }) =>
      `${severity} ${code} ${JSON.stringify(text.slice(start, Math.min(end, start + 40)))}`,
  );
  return [`${parsed.format}: ${parsed.reason}`, ...spans, ...problems, ''].join('\n');
}
