import type { Format, Probe } from './format.ts';
import { HEAD_LINE, readReact, readsWhole } from './react/readReact.ts';
import { oncePer } from './shared/oncePer.ts';
import { isMargin, labelKind, labelPattern, type LabelKind } from './shared/reactLabels.ts';
import { turnMarks } from './templateText.ts';

/**
 * ReAct as text: `Question:` or `Task:`, then `Thought`, `Action` and `Observation`, numbered or not, plain
 * or as Markdown, each until the next label. Several records follow each other, or stand apart by a line
 * `---`.
 */
export const reactText: Format = {
  id: 'react_text',
  title: 'ReAct text',
  detect: oncePer(reasonFor),
  text: readReact,
  blocks: {
    begins: isHead,
    read: readReact,
  },
  needsWhole: readsWhole,
  demonstrations,
};

function reasonFor(probe: Probe): string | null {
  const { shape, head } = probe;
  if (shape !== 'text' || turnMarks(probe) !== null) return null;
  const labels = firstLabels(head);
  const [thought, action] = [labels.get('thought'), labels.get('action')];
  if (thought && action) return `labels \`${thought}\` and \`${action}\``;
  if (action && labels.has('observation')) return `labels \`${action}\` and \`Observation\``;
  const question = /^(?:Question|Task):/m.exec(head);
  const answer = question && /^(?:Thought|Action|Answer|Final Answer):/m.exec(head);
  return question && answer ? `labels \`${question[0]}\` and \`${answer[0]}\`` : null;
}

const TURN_LABEL = labelPattern(['thought', 'action', 'observation']);

/** The first label of each kind of turn, as far as to the second kind of the agent's. */
function firstLabels(head: string): Map<LabelKind, string> {
  const labels = new Map<LabelKind, string>();
  TURN_LABEL.lastIndex = 0;
  for (let match = TURN_LABEL.exec(head); match; match = TURN_LABEL.exec(head)) {
    const name = match[3]!;
    const first = name[0]!;
    const kind = labelKind(name);
    if (first === first.toUpperCase() && !labels.has(kind)) labels.set(kind, match[0].trim());
    if (labels.has('thought') && labels.has('action')) break;
  }
  return labels;
}

function isHead(text: string, start: number): boolean {
  let at = start;
  while (isMargin(text.charCodeAt(at))) at += 1;
  const first = text[at];
  if (first !== 'Q' && first !== 'T' && first !== 'C') return false;
  HEAD_LINE.lastIndex = start;
  return HEAD_LINE.test(text);
}

const HEADS = labelPattern(['head']);

/** The last head of a prompt is the agent's own; those before it are examples. */
function demonstrations(text: string, promptEnd: number): { first: number; own: number } | null {
  const prompt = text.slice(0, promptEnd);
  const heads = [...prompt.matchAll(HEADS)].map((match) => match.index);
  const [first] = heads;
  const own = heads[heads.length - 1];
  return first === undefined || own === undefined || own === first ? null : { first, own };
}
