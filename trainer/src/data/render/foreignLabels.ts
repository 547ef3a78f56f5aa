import type { Parsed } from '@deepcoder/trajectory';
import { isAgentKind } from '@deepcoder/vocabulary';

/** Labels and tags of what the environment or the user says, where a file does not tell by itself. */
const FOREIGN =
  /^[\s>*#<|/[\]{}\d.-]*(observation|question|task|instruction|result|information|tool_response|tool_result|response|output|user|human|system|environment|tool\b|reflection|correct answer|status|new plan|reward|score)/i;

/** Tells whether a label belongs to what the environment or the user says. */
export type IsForeign = (label: string) => boolean;

/**
 * A label is what the contents after it are: where it stands directly before a span, that span's kind
 * tells, in any language and also for its places before nothing; else its wording does.
 */
export function foreignLabels(
  text: string,
  { spans, labels }: Pick<Parsed, 'spans' | 'labels'>,
): IsForeign {
  const known = new Map<string, boolean>();
  let next = 0;
  labels.forEach(({ start, end }, i) => {
    while (next < spans.length && spans[next]!.start < end) next++;
    const span = spans[next];
    if (span === undefined || span.start > (labels[i + 1]?.start ?? Infinity)) return;
    if (text.slice(end, span.start).trim() !== '') return;
    const key = normalized(text.slice(start, end));
    if (!known.has(key)) known.set(key, !isAgentKind(span.kind));
  });
  return (label) => known.get(normalized(label)) ?? FOREIGN.test(label);
}

/** `Thought 7:` and `Thought 8:` are one label. */
function normalized(label: string): string {
  return label.trim().replace(/\d+/g, '0');
}
