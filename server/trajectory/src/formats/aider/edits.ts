import type { Range } from '@deepcoder/vocabulary';
import { Lines } from '../../text/lines.ts';

/** A block that edits a file: the file's name stands in it with SEARCH/REPLACE, else outside. */
export interface Edit extends Range {
  content: Range;
}

interface Line extends Range {
  text: string;
}

/** aider wraps files in Markdown fences or, where a file has them itself, in one of these tags. */
const TAGS = ['source', 'code', 'pre', 'codeblock', 'sourcecode'];
const OPENING = new RegExp(`^(?:(\`{3,})[^\`]*|<(${TAGS.join('|')})>[ \\t]*)$`);
const SEARCH = /^<{5,9} SEARCH/;
const REPLACE = /^>{5,9} REPLACE/;

/**
 * The edits in a reply, in one walk over its lines: SEARCH/REPLACE blocks with the line above them, unified
 * diffs, and whole files in a fence below the path of one that the program says it has edited.
 */
export function editsIn(text: string, { start, end }: Range, edited: ReadonlySet<string>): Edit[] {
  const lines = linesOf(text, start, end);
  const edits: Edit[] = [];
  const lastReplace = lines.findLastIndex((line) => REPLACE.test(line.text));
  let openFence: string | null = null;
  for (let i = 0; i < lines.length;) {
    const block = fenced(lines, i, { edited, lastReplace }) ?? bare(lines, i, lastReplace);
    if (!block) {
      i += 1;
      continue;
    }
    edits.push(block.edit);
    openFence = block.fence === undefined ? openFence : block.fence;
    i = block.next;
    if (openFence !== null && lines[i]?.text.trimEnd() === openFence) {
      block.edit.end = lines[i]!.end;
      openFence = null;
      i += 1;
    }
  }
  return edits;
}

interface Block {
  edit: Edit;
  next: number;
  /** The fence around it, which may hold several. */
  fence?: string | null;
}

interface Known {
  edited: ReadonlySet<string>;
  /** No SEARCH after this line is closed. */
  lastReplace: number;
}

function fenced(lines: readonly Line[], i: number, known: Known): Block | null {
  const opening = OPENING.exec(lines[i]!.text);
  if (!opening) return null;
  const closing = opening[1] === undefined ? `</${opening[2]!}>` : opening[1];
  const isClosing = (line: Line): boolean => line.text.trimEnd() === closing;
  const inside = lines[i + 1];
  if (!inside) return null;
  const search = bare(lines, i + 1, known.lastReplace);
  if (search) {
    return { ...search, edit: { ...search.edit, start: lines[i]!.start }, fence: closing };
  }
  const isDiff = /^(?:--- |\+\+\+ |@@ )/.test(inside.text);
  const isFile = isEdited(lines[i - 1]?.text ?? '', known.edited);
  if (!isDiff && !isFile) return null;
  let close = i + 1;
  while (close < lines.length && !isClosing(lines[close]!)) close += 1;
  const content = { start: inside.start, end: lines[close - 1]!.end };
  const end = lines[close]?.end ?? content.end;
  return { edit: { start: lines[i]!.start, end, content }, next: close + 1, fence: null };
}

/** Where SEARCH stands: on this line, or on the one below the file's name. */
function searchBelow(lines: readonly Line[], i: number): number | null {
  if (lines[i] && SEARCH.test(lines[i].text)) return i;
  const below = lines[i + 1];
  return below && !OPENING.test(lines[i]!.text) && SEARCH.test(below.text) ? i + 1 : null;
}

function bare(lines: readonly Line[], i: number, lastReplace: number): Block | null {
  const search = searchBelow(lines, i);
  if (search === null || lastReplace <= search) return null;
  let replace = search + 1;
  while (!REPLACE.test(lines[replace]!.text)) replace += 1;
  const last = lines[replace]!;
  const content = {
    start: lines[i]!.start,
    end: last.start + last.text.indexOf('REPLACE') + 'REPLACE'.length,
  };
  return { edit: { start: content.start, end: last.end, content }, next: replace + 1 };
}

/** The line above a fence names a file, bold or in backticks, perhaps with a colon. */
function isEdited(line: string, edited: ReadonlySet<string>): boolean {
  const path = line.trim().replace(/^[#*`\s]+|(?<![*`:\s])[*`:\s]+$/g, '');
  return path !== '' && edited.has(path);
}

function linesOf(text: string, start: number, end: number): Line[] {
  const lines = new Lines(text, start, end);
  const found: Line[] = [];
  while (lines.advance()) {
    found.push({ start: lines.start, end: lines.end, text: text.slice(lines.start, lines.end) });
  }
  return found;
}
