import type { Range } from '@deepcoder/vocabulary';
import { perName } from './perName.ts';

/** `lead`: what the agent writes before its thought. `banner`: what opens no span. */
export type LabelKind =
  'head' | 'lead' | 'thought' | 'action' | 'input' | 'observation' | 'answer' | 'other' | 'banner';

export interface ReactLabel {
  kind: LabelKind;
  name: string;
  /** As printed. */
  number: number | null;
  /** With its number and colon, but without blanks before it. */
  start: number;
  contentStart: number;
  /** Bold, in a heading or in a list. */
  isDecorated: boolean;
}

const KINDS = new Map<string, LabelKind>([
  ['question', 'head'],
  ['task', 'head'],
  ['claim', 'head'],
  ['thought', 'thought'],
  ['thoughts', 'thought'],
  ['actionpath', 'lead'],
  ['action', 'action'],
  ['act', 'action'],
  ['action input', 'input'],
  ['observation', 'observation'],
  ['obs', 'observation'],
  ['answer', 'answer'],
  ['final answer', 'answer'],
  ['reflection', 'other'],
  ['reflections', 'other'],
  ['correct answer', 'other'],
  ['trial summary', 'other'],
  ['previous trial', 'banner'],
  ['using tool', 'action'],
  ['tool input', 'input'],
  ['tool output', 'observation'],
  ['agent', 'banner'],
  ['问题', 'head'],
  ['任务', 'head'],
  ['思考', 'thought'],
  ['行动', 'action'],
  ['动作', 'action'],
  ['行动输入', 'input'],
  ['动作输入', 'input'],
  ['观察', 'observation'],
  ['最终答案', 'answer'],
]);

/** CrewAI's, which are labels in headings alone. */
const HEADED: ReadonlySet<string> = new Set(['using tool', 'tool input', 'tool output', 'agent']);

const BOLD = '(?:\\*{1,3}|__)?';
const BEFORE = `[ \\t\\ufeff]*(#{1,6}[ \\t]+|[-*+][ \\t]+|\\d{1,3}[.)][ \\t]+)?(\\*{1,3}|__)?`;
const AFTER = `(?:[ \\t]+#?(\\d{1,9}))?${BOLD}[ \\t]*[:：]${BOLD}`;

function anyOf(kinds: readonly LabelKind[] | null): string {
  return [...KINDS]
    .filter(([, kind]) => kinds === null || kinds.includes(kind))
    .map(([name]) => name)
    .sort((a, b) => b.length - a.length)
    .map((name) => (HEADED.has(name) ? `(?<=#[ \\t]{1,4}${BOLD})${name}` : name))
    .join('|');
}

const LABEL = new RegExp(`${BEFORE}(${anyOf(null)})${AFTER}`, 'iy');
/** Of a label where a line begins, by its kinds. */
export function labelPattern(kinds: readonly LabelKind[]): RegExp {
  return new RegExp(`^${BEFORE}(${anyOf(kinds)})${AFTER}`, 'gim');
}

export const labelKind = perName((name): LabelKind => KINDS.get(name.toLowerCase())!);

const FIRST = new Set(
  '#*-+_0123456789qtcaforpuQTCAFORPU问任思行动观最'.split('').map((one) => one.charCodeAt(0)),
);

/** The label that the line at `start` begins with. Names are capitalised. */
export function labelAt(text: string, { start, end }: Range): ReactLabel | null {
  let at = start;
  while (at < end && isMargin(text.charCodeAt(at))) at += 1;
  if (at === end || !FIRST.has(text.charCodeAt(at))) return null;
  LABEL.lastIndex = start;
  const match = LABEL.exec(text);
  if (!match || LABEL.lastIndex > end || !isCapital(match[3]!)) return null;
  return {
    kind: labelKind(match[3]!),
    name: match[3]!,
    number: match[4] === undefined ? null : Number(match[4]),
    start: at,
    contentStart: LABEL.lastIndex,
    isDecorated: match[1] !== undefined || match[2] !== undefined,
  };
}

/** Blanks of a line, and a byte order mark. */
export function isMargin(code: number): boolean {
  return code === 32 || code === 9 || code === 0xfeff;
}

/** A capital, or a script without them. */
const isCapital = perName((name) => {
  const first = name[0]!;
  return first !== first.toLowerCase() || first === first.toUpperCase();
});
