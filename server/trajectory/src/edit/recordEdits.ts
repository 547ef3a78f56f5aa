import type { Range } from '@deepcoder/vocabulary';
import { getAny, isArray } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { scanJson } from '../json/scanJson.ts';
import { Lines } from '../text/lines.ts';
import { fileSource } from '../text/source.ts';
import type { Parsed } from '../types.ts';
import { readLabels } from '../diagnose/labelProblems.ts';
import { isLabelled } from './labelEdits.ts';
import { lineEnd, type TextEdit } from './textEdit.ts';

/** Adds an empty step at a trajectory's end; null where the format has no way to write one by hand. */
export function insertStep(text: string, parsed: Parsed, index: number): TextEdit[] | null {
  const trajectory = parsed.trajectories[index];
  if (!trajectory) return null;
  if (isLabelled(parsed)) return [textStep(text, parsed, trajectory)];
  if (parsed.format === 'openai_chat') return chatStep(text, trajectory);
  return null;
}

function textStep(text: string, parsed: Parsed, { start, end }: Range): TextEdit {
  const labels = readLabels(text, parsed).filter(
    (label) => label.start >= start && label.end <= end,
  );
  const numbered = labels.some((label) => label.number !== null && label.name === 'Thought');
  const spans = parsed.spans.filter((span) => span.start >= start && span.end <= end);
  const step = (spans[spans.length - 1]?.step ?? 0) + 1;
  const number = numbered ? ` ${step}` : '';
  const eol = lineEnd(text);
  const at = start + text.slice(start, end).trimEnd().length;
  const lines = ['Thought', 'Action', 'Observation'].map((name) => `${name}${number}: `);
  return { start: at, end: at, newText: eol + lines.join(eol) };
}

const EMPTY_STEP = [
  '{"role": "assistant", "reasoning_content": "", "content": null, "tool_calls": [{"id": "", "type": "function", "function": {"name": "", "arguments": "{}"}}]}',
  '{"role": "tool", "tool_call_id": "", "content": ""}',
].join(', ');

function chatStep(text: string, { start, end }: Range): TextEdit[] | null {
  const { value } = scanJson(fileSource(text), start, end);
  const list = isArray(value) ? value : getAny(value, 'messages', 'traj', 'conversations');
  if (!isArray(list) || !list.closed) return null;
  const last = list.items[list.items.length - 1];
  const at = last?.end ?? list.start + 1;
  return [{ start: at, end: at, newText: last ? `, ${EMPTY_STEP}` : EMPTY_STEP }];
}

/** Takes a trajectory out, with its line or separator. */
export function removeRecord(text: string, parsed: Parsed, index: number): TextEdit[] | null {
  const trajectory = parsed.trajectories[index];
  if (!trajectory) return null;
  const { start, end } = trajectory;
  const first = /\S/.exec(text)?.index ?? 0;
  const inArray = text[first] === '[' && start > first;
  if (inArray) return [arrayItem(text, { start, end })];
  const next = parsed.trajectories[index + 1];
  if (isLabelled(parsed)) return [{ start, end: next?.start ?? end, newText: '' }];
  const after = /^[ \t]*(?:\r\n|\n|\r)?/.exec(text.slice(end, end + 200))![0].length;
  return [{ start, end: end + after, newText: '' }];
}

/** With the comma behind it, or before it where it is the last. */
function arrayItem(text: string, { start, end }: Range): TextEdit {
  const after = /^\s*,\s*/.exec(text.slice(end, end + 10_000));
  if (after) return { start, end: end + after[0].length, newText: '' };
  const before = /,\s*$/.exec(text.slice(Math.max(0, start - 10_000), start));
  return { start: start - (before?.[0].length ?? 0), end, newText: '' };
}

/** The JSON value on the line at an offset, or that begins there, written over several lines. */
export function prettyRecord(text: string, offset: number): TextEdit[] | null {
  const value = recordAt(text, offset);
  if (!value) return null;
  return [{ start: value.start, end: value.end, newText: written(value, lineEnd(text)) }];
}

/** The JSON value that holds an offset, on one line. */
export function compactRecord(text: string, offset: number): TextEdit[] | null {
  const value = recordAt(text, offset);
  if (!value) return null;
  return [{ start: value.start, end: value.end, newText: written(value, null) }];
}

/** The top-level value around an offset, whole and well-formed. */
function recordAt(text: string, offset: number): JsonNode | null {
  const source = fileSource(text);
  const lines = new Lines(text);
  while (lines.advance()) {
    if (text.slice(lines.start, lines.end).trim() === '') continue;
    let scan = scanJson(source, lines.start, lines.end);
    if (scan.error) scan = scanJson(source, lines.start);
    const { value, error, end } = scan;
    if (!value) return null;
    if (offset <= Math.max(end, lines.end)) return error ? null : value;
    lines.next = Math.max(lines.next, end);
  }
  return null;
}

interface Frame {
  node: JsonNode;
  next: JsonNode | null;
}

/** Literals stay as they are; only the space between them changes. `eol` null: one line, as JSON.stringify. */
function written(root: JsonNode, eol: string | null): string {
  const { text } = root.source;
  const parts: string[] = [];
  const stack: Frame[] = [];
  const indent = (): void => {
    if (eol !== null) parts.push(eol, '  '.repeat(stack.length));
  };
  const begin = (node: JsonNode): void => {
    if (!node.first) {
      parts.push(text.slice(node.start, node.end).replace(/^([[{])\s*([\]}])$/, '$1$2'));
      return;
    }
    parts.push(node.type === 'object' ? '{' : '[');
    stack.push({ node, next: node.first });
  };
  begin(root);
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!;
    const item = frame.next;
    if (!item) {
      stack.pop();
      indent();
      parts.push(frame.node.type === 'object' ? '}' : ']');
      continue;
    }
    if (item !== frame.node.first) parts.push(',');
    indent();
    if (frame.node.type === 'object') {
      parts.push('"', text.slice(item.keyStart, item.keyEnd), eol === null ? '":' : '": ');
    }
    frame.next = item.next;
    begin(item);
  }
  return parts.join('');
}
