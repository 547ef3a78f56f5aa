import type { Problem, Range } from '@deepcoder/vocabulary';
import type { Parsed } from '../types.ts';

const LABEL =
  /^\s*(?:#{1,6}\s+|[-*+]\s+|\d{1,3}[.)]\s+)?[*_]{0,3}(Thoughts?|Think|ActionPath|Action|Act|Action Input|Observation|Obs|Question|Task|Claim|Final Answer|Answer|思考|行动|动作|行动输入|动作输入|观察|问题|任务|最终答案)(?:[ \t]+#?(\d+))?[*_]{0,3}[ \t]*[:：][*_]{0,3}$/;
/** They begin a record, whose steps are counted anew. */
const HEADS = new Set(['Question', 'Task', 'Claim', '问题', '任务']);

/** A label of labelled text, with the number that is printed in it. */
export interface ReadLabel extends Range {
  name: string;
  number: number | null;
}

/** Those labels of a parse that are words with a colon, as against tags and fences. */
export function readLabels(text: string, parsed: Parsed): ReadLabel[] {
  return parsed.labels.flatMap(({ start, end }) => {
    if (end - start > 60) return [];
    const match = LABEL.exec(text.slice(start, end));
    if (!match) return [];
    return [
      { start, end, name: match[1]!, number: match[2] === undefined ? null : Number(match[2]) },
    ];
  });
}

/** Labels without content, and printed step numbers that jump. */
export function labelProblems(text: string, parsed: Parsed): Problem[] {
  const labels = readLabels(text, parsed);
  return [...emptyLabels(parsed, labels), ...jumps(labels)];
}

function emptyLabels(parsed: Parsed, labels: ReadLabel[]): Problem[] {
  const problems: Problem[] = [];
  let span = 0;
  labels.forEach((label, i) => {
    while (span < parsed.spans.length && parsed.spans[span]!.start < label.end) span += 1;
    const next = labels[i + 1]?.start ?? Infinity;
    if ((parsed.spans[span]?.start ?? Infinity) < next) return;
    problems.push({
      code: 'empty-label',
      message: `Nothing follows \`${label.name}\`.`,
      start: label.start,
      end: label.end,
      severity: 'warning',
    });
  });
  return problems;
}

/** Numbers go up by one, or stay; a head begins anew. */
function jumps(labels: ReadLabel[]): Problem[] {
  const problems: Problem[] = [];
  let last: number | null = null;
  for (const { name, number, start, end } of labels) {
    if (HEADS.has(name)) last = null;
    if (number === null || HEADS.has(name)) continue;
    const jumped = last === null ? number > 1 : number !== last && number !== last + 1;
    if (jumped) {
      const message =
        last === null
          ? `The first step is numbered ${number}.`
          : `Step ${number} follows step ${last}.`;
      problems.push({ code: 'step-jump', message, start, end, severity: 'info' });
    }
    last = number;
  }
  return problems;
}
