import type { SpanKind } from '@deepcoder/vocabulary';
import { readLabels, type ReadLabel } from '../diagnose/labelProblems.ts';
import type { Parsed } from '../types.ts';
import { lineEnd, type TextEdit } from './textEdit.ts';

/** The label that each kind has in ReAct text. */
const LABEL_OF: Partial<Record<SpanKind, string>> = {
  reasoning: 'Thought',
  action: 'Action',
  observation: 'Observation',
  answer: 'Final Answer',
  other: 'Reflection',
};

const STEP_LABELS = new Set([
  'Thought',
  'Think',
  'Action',
  'Act',
  'Action Input',
  'Observation',
  'Obs',
]);

/** Whether labels can be written here; where not, a change of kind is an annotation. */
export function isLabelled(parsed: Parsed): boolean {
  return parsed.format === 'react_text';
}

/** Numbers the labels of steps anew, from 1 in each trajectory; labels without a number stay so. */
export function renumber(text: string, parsed: Parsed): TextEdit[] {
  return readLabels(text, parsed).flatMap((label) => {
    if (label.number === null || !STEP_LABELS.has(label.name)) return [];
    const step = Math.max(1, stepAt(parsed, label));
    if (step === label.number) return [];
    const digits = /\d+/.exec(text.slice(label.start, label.end))!;
    const start = label.start + digits.index;
    return [{ start, end: start + digits[0].length, newText: String(step) }];
  });
}

/** The step of the span that follows the label. */
function stepAt(parsed: Parsed, label: ReadLabel): number {
  const span = parsed.spans[firstFrom(parsed, label.end)];
  return span?.step ?? parsed.spans[parsed.spans.length - 1]?.step ?? 1;
}

function firstFrom(parsed: Parsed, offset: number): number {
  let low = 0;
  let high = parsed.spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parsed.spans[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Gives a span another kind by changing its label; null where the text has no labels for that. */
export function relabel(
  text: string,
  parsed: Parsed,
  index: number,
  kind: SpanKind,
): TextEdit[] | null {
  const span = parsed.spans[index];
  const name = LABEL_OF[kind];
  if (!span || name === undefined || !isLabelled(parsed)) return null;
  const label = labelBefore(text, parsed, index);
  if (!label) return null;
  const words = /[A-Za-z]+(?: [A-Za-z]+)?/.exec(text.slice(label.start, label.end))!;
  const start = label.start + words.index;
  return [{ start, end: start + words[0].length, newText: name }];
}

function labelBefore(text: string, parsed: Parsed, index: number): ReadLabel | null {
  const { start } = parsed.spans[index]!;
  const previousEnd = parsed.spans[index - 1]?.end ?? 0;
  const labels = readLabels(text, parsed).filter(
    (label) => label.end <= start && label.start >= previousEnd,
  );
  return labels[labels.length - 1] ?? null;
}

/** Splits a span in two of its kind at an offset inside it. */
export function split(
  text: string,
  parsed: Parsed,
  index: number,
  offset: number,
): TextEdit[] | null {
  const span = parsed.spans[index];
  const name = span && LABEL_OF[span.kind];
  if (!name || !isLabelled(parsed) || offset <= span.start || offset >= span.end) return null;
  const label = labelBefore(text, parsed, index);
  const number = label?.number == null ? '' : ` ${label.number}`;
  return [{ start: offset, end: offset, newText: `${lineEnd(text)}${name}${number}: ` }];
}

/** Joins a span with the next one, which takes its kind: what is between becomes a line end. */
export function join(text: string, parsed: Parsed, index: number): TextEdit[] | null {
  const span = parsed.spans[index];
  const next = parsed.spans[index + 1];
  if (!span || !next || !isLabelled(parsed) || span.traj !== next.traj) return null;
  return [{ start: span.end, end: next.start, newText: lineEnd(text) }];
}
