import type { Problem } from '@deepcoder/vocabulary';
import { nearMisses } from '../diagnose/nearMisses.ts';
import { isJsonLines } from '../json/jsonLines.ts';
import type { Parsed } from '../types.ts';
import { renumber } from './labelEdits.ts';
import { removeRecord } from './recordEdits.ts';
import { lineEnd, type TextEdit } from './textEdit.ts';

export interface Fix {
  title: string;
  edits: TextEdit[];
}

/** What can be done about a problem by an edit of the text. */
export function fixesFor(text: string, parsed: Parsed, problem: Problem): Fix[] {
  const { code, start, end } = problem;
  if (code === 'unterminated-tag') return closeTag(text, parsed, problem);
  if (code === 'stray-tag') return [fix('Remove the tag', { start, end, newText: '' })];
  if (code === 'empty-label') return [fix('Remove the label', wholeLine(text, problem))];
  if (code === 'step-jump') {
    const edits = renumber(text, parsed);
    return edits.length > 0 ? [{ title: 'Renumber the steps', edits }] : [];
  }
  if (code === 'json-syntax' && isJsonLines(text)) {
    return [fix('Remove the malformed line', wholeLine(text, problem))];
  }
  if (code === 'empty-trajectory' || code === 'duplicate-id') {
    const index = parsed.trajectories.findIndex((one) => one.start === start);
    const edits = removeRecord(text, parsed, index);
    return edits ? [{ title: 'Remove the record', edits }] : [];
  }
  if (code === 'action-without-observation' && parsed.format === 'react_text') {
    return [
      fix('Add an observation', { start: end, end, newText: `${lineEnd(text)}Observation: ` }),
    ];
  }
  if (code === 'near-miss') {
    const miss = nearMisses(text, parsed).find((one) => one.start === start);
    if (miss === undefined) return [];
    return [fix(`Change to \`${miss.meant}\``, { start, end, newText: miss.meant })];
  }
  if (code === 'secret') return [fix('Blank the secret', { start, end, newText: '[secret]' })];
  return [];
}

function fix(title: string, edit: TextEdit): Fix {
  return { title, edits: [edit] };
}

/** After the span that the tag opens. */
function closeTag(text: string, parsed: Parsed, { start, end }: Problem): Fix[] {
  const tag = text.slice(start, end);
  const name = /^(?:<|\\u003[cC])([\w-]+)/.exec(tag)?.[1];
  const span = parsed.spans.find((one) => one.start >= end);
  if (name === undefined || !span) return [];
  return [fix(`Close \`<${name}>\``, { start: span.end, end: span.end, newText: `</${name}>` })];
}

function wholeLine(text: string, { start, end }: Problem): TextEdit {
  let from = start;
  while (from > 0 && !/[\r\n]/.test(text[from - 1]!)) from -= 1;
  let to = end;
  while (to < text.length && !/[\r\n]/.test(text[to]!)) to += 1;
  const eol = /^(?:\r\n|\n|\r)/.exec(text.slice(to, to + 2))?.[0] ?? '';
  return { start: from, end: to + eol.length, newText: '' };
}
