import { alignSteps, spanText, type ComparedStep, type StoredRecord } from '@deepcoder/trajectory';
import type { RecordView, StepsBeside } from '@deepcoder/server-protocol';

/** Of a record: a step's spans, and what it is compared by. */
interface Step extends ComparedStep {
  step: number;
  spans: number[];
}

/**
 * The steps of two records side by side, each as the spans that it has. What comes before the first turns stands
 * side by side, whatever is in it.
 */
export function compareRecords(left: StoredRecord, right: StoredRecord): StepsBeside[] {
  const [a, b] = [stepsOf(left), stepsOf(right)] as const;
  const begin = a[0]?.step === 0 && b[0]?.step === 0 ? 1 : 0;
  const pairs = alignSteps(a.slice(begin), b.slice(begin)).map(([i, j]) =>
    beside(a[i < 0 ? -1 : i + begin], b[j < 0 ? -1 : j + begin]),
  );
  return begin === 1 ? [beside(a[0], b[0]), ...pairs] : pairs;
}

/** The right record without the texts that the left one has in the same steps: half of what is to be sent. */
export function withoutSame(right: RecordView, steps: readonly StepsBeside[]): RecordView {
  const same = new Set(steps.flatMap((step) => (step.isSame ? step.right : [])));
  const spans = right.spans.map((span, i) => (same.has(i) ? { ...span, text: '' } : span));
  return { ...right, spans };
}

function stepsOf({ text, parsed }: StoredRecord): Step[] {
  const steps = new Map<string, Step>();
  parsed.spans.forEach(({ traj, step, kind }, i) => {
    const key = `${traj} ${step}`;
    const own = steps.get(key) ?? { step, spans: [], action: '', text: '' };
    steps.set(key, own);
    const decoded = spanText(text, parsed, i);
    own.spans.push(i);
    own.text += `${kind}\n${decoded}\n`;
    if (kind === 'action') own.action += `${decoded}\n`;
  });
  return [...steps.values()];
}

function beside(left: Step | undefined, right: Step | undefined): StepsBeside {
  return {
    left: left?.spans ?? [],
    right: right?.spans ?? [],
    leftStep: left?.step ?? null,
    rightStep: right?.step ?? null,
    isSame: left?.text === right?.text,
  };
}
