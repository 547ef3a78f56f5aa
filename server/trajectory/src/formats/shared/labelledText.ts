import type { Builder } from '../../assemble/builder.ts';
import { Fences } from '../../text/fences.ts';
import { Finder, type Found } from '../../text/finder.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';
import { mayHaveMarks } from './agentMarks.ts';
import { TagSplitter } from './tagSplitter.ts';

const BOLD = '(?:\\*{1,3}|__)?';
const MARK = `(?:#{1,6}[ \\t]+|[-*+][ \\t]+|\\d{1,3}[.)][ \\t]+)?${BOLD}`;
const BEFORE = `[ \\t]*${MARK}`;
const AFTER = `(?:[ \\t]+#?\\d{1,9})?${BOLD}[ \\t]*[:：]${BOLD}`;
const NAMES = [
  ...['Thoughts?', 'Think', 'THOUGHT', 'Reasoning', 'Action Input', 'Actions?', 'ACTION', 'Act'],
  ...[
    'Final Answer',
    'Observation',
    '思考',
    '行动输入',
    '动作输入',
    '行动',
    '动作',
    '观察',
    '最终答案',
  ],
];

/** A label at the start of a line, bold or not: what the agent thinks, does, and concludes. */
const LABEL = new RegExp(`^${BEFORE}(${NAMES.join('|')})${AFTER}`, 'gm');
const FIRST = new RegExp(
  `\\s*${MARK}(?:Thoughts?|Think|THOUGHT|Reasoning|Actions?|ACTION|Act|思考|行动|动作)${AFTER}`,
  'y',
);
const OWN_NAMES = new Map([
  ['思考', 'thought'],
  ['行动', 'action'],
  ['动作', 'action'],
  ['行动输入', 'action input'],
  ['动作输入', 'action input'],
  ['观察', 'observation'],
  ['最终答案', 'final answer'],
]);

/** Whether an agent's text begins with Thought or Action, if need be after its thinking in tags. */
export function isLabelled(slice: Slice): boolean {
  const trimmed = trim(slice);
  if (!trimmed) return false;
  FIRST.lastIndex = trimmed.start;
  if (FIRST.test(trimmed.source.text)) return true;
  if (!trimmed.source.text.startsWith('<think>', trimmed.start)) return false;
  const source = decodedSource(trimmed);
  FIRST.lastIndex = thinkEnd(source.text);
  return FIRST.lastIndex > 0 && FIRST.test(source.text);
}

const ACTS = new RegExp(`(?:^|[\\r\\n])${BEFORE}(?:Act(?:ion)?|行动|动作)${AFTER}`, 'i');

/** Whether it is labelled and one of its labels is an action's. */
export function labelsAction(slice: Slice): boolean {
  return isLabelled(slice) && ACTS.test(slice.source.text.slice(slice.start, slice.end));
}

/** Where the thinking in tags ends that a text begins with, be its tag opened there or not at all. */
function thinkEnd(text: string): number {
  const close = text.indexOf('</think>');
  if (close < 0) return 0;
  const open = text.indexOf('<think>');
  const isOpenedLater = open >= 0 && open < close && text.slice(0, open).trim() !== '';
  return isOpenedLater ? 0 : close + '</think>'.length;
}

/**
 * Splits one response of an agent that labels its thought and action; text before the first label is
 * said. An action followed by its input is a call. Labels in fenced code are text.
 */
export function labelledText(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const { text } = source;
  const next = labelsOf(text);
  let label = next(thinkEnd(text));
  said(build, source, label?.start ?? text.length);
  while (label) {
    const following = next(label.end);
    build.label(plainSlice(source, label.start, label.end));
    const content = plainSlice(source, label.end, following?.start ?? text.length);
    const name = nameOf(label);
    if (following && name.startsWith('act') && nameOf(following) === 'action input') {
      const after = next(following.end);
      build.label(plainSlice(source, following.start, following.end));
      const end = after?.start ?? text.length;
      build.call({ name: content, arguments: plainSlice(source, following.end, end) });
      label = after;
      continue;
    }
    if (name.startsWith('act')) build.put('action', content);
    else if (name === 'final answer') build.put('answer', content);
    else if (name === 'observation') build.put('observation', content);
    else build.put('reasoning', content);
    label = following;
  }
}

function nameOf(label: Found): string {
  const name = label.groups[1]!;
  return OWN_NAMES.get(name) ?? name.toLowerCase();
}

/** The text before the first label, which may have its thinking in tags. */
function said(build: Builder, source: Source, end: number): void {
  if (!mayHaveMarks(source.text.slice(0, end), false)) build.say(plainSlice(source, 0, end));
  else new TagSplitter(build, source).split({ start: 0, end }, 'here');
}

function labelsOf(text: string): (from: number) => Found | null {
  const labels = new Finder(text, LABEL);
  const fences = new Fences(text);
  const first = labels.next(thinkEnd(text));
  const around = first && fences.next(0, text.length, first.start);
  const allInFence = around !== null && around.end > (first?.start ?? 0);
  return (start) => {
    let from = allInFence || start === 0 ? start : fences.endBehind(start);
    for (let label = labels.next(from); label; label = labels.next(from)) {
      const fence = allInFence ? null : fences.next(from, text.length, label.start);
      if (!fence) return label;
      from = fence.end;
      if (fence.end <= label.start) continue;
    }
    return null;
  };
}
