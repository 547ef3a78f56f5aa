import type { Format } from './format.ts';
import { HEAD_LINE, readReact, readsWhole } from './react/readReact.ts';
import { isMargin, labelPattern } from './shared/reactLabels.ts';
import { hasTurnMarks } from './templateText.ts';

const THOUGHT = labelPattern(['thought']);
const ACTION = labelPattern(['action']);
const OBSERVATION = labelPattern(['observation']);

/**
 * ReAct as text: `Question:` or `Task:`, then `Thought`, `Action` and `Observation`, numbered or not, plain
 * or as Markdown, each until the next label. Several records follow each other, or stand apart by a line
 * `---`.
 */
export const reactText: Format = {
  id: 'react_text',
  title: 'ReAct text',
  detect({ shape, head }) {
    if (shape !== 'text' || hasTurnMarks(head)) return null;
    const [thought, action] = [find(THOUGHT, head), find(ACTION, head)];
    if (thought && action) return `labels \`${thought}\` and \`${action}\``;
    if (action && find(OBSERVATION, head)) return `labels \`${action}\` and \`Observation\``;
    const question = /^(?:Question|Task):/m.exec(head);
    const answer = /^(?:Thought|Action|Answer|Final Answer):/m.exec(head);
    return question && answer ? `labels \`${question[0]}\` and \`${answer[0]}\`` : null;
  },
  text: readReact,
  blocks: {
    begins: isHead,
    read: readReact,
  },
  needsWhole: readsWhole,
  demonstrations,
};

function find(pattern: RegExp, head: string): string | null {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(head); match; match = pattern.exec(head)) {
    const name = match[3]!;
    const first = name[0]!;
    if (first === first.toUpperCase()) return match[0].trim();
  }
  return null;
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
