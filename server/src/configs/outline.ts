import { isDeepStrictEqual } from 'node:util';
import { isScalar } from 'yaml';
import {
  FoldingRangeKind,
  SymbolKind,
  type DocumentSymbol,
  type FoldingRange,
  type Range,
  type SelectionRange,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { allEntries, entriesAt, type Entry, type Place } from './yamlPlaces.ts';

/** The keys of a config, as an outline. */
export function documentSymbols(
  document: TextDocument,
  entries: readonly Entry[],
): DocumentSymbol[] {
  return entries.map((entry) => {
    const { path, key, value, node, children } = entry;
    const name = path.at(-1)!;
    return {
      name: name === '' ? '""' : name,
      detail: isScalar(node) ? String(node.value) : '',
      kind: children.length > 0 ? SymbolKind.Module : SymbolKind.Property,
      range: rangeOf(document, entry),
      selectionRange: places(document, key ?? value ?? { start: 0, end: 0 }),
      children: documentSymbols(document, children),
    };
  });
}

/** Keys with more than one line, and comments of more than one. */
export function foldingRanges(document: TextDocument, entries: readonly Entry[]): FoldingRange[] {
  const ranges = allEntries(entries).flatMap((entry): FoldingRange[] => {
    const { start, end } = rangeOf(document, entry);
    return end.line > start.line ? [{ startLine: start.line, endLine: end.line }] : [];
  });
  return [...ranges, ...commentRanges(document.getText())];
}

function commentRanges(text: string): FoldingRange[] {
  const lines = text.split('\n');
  const ranges: FoldingRange[] = [];
  let first = -1;
  for (let line = 0; line <= lines.length; line++) {
    const isComment = /^\s*#/.test(lines[line] ?? '');
    if (isComment && first < 0) first = line;
    if (isComment || first < 0) continue;
    const endLine = line - 1;
    if (endLine > first) ranges.push({ startLine: first, endLine, kind: FoldingRangeKind.Comment });
    first = -1;
  }
  return ranges;
}

/** From what is under the cursor outwards: value, key and value, section. */
export function selectionRange(
  document: TextDocument,
  entries: readonly Entry[],
  offset: number,
): SelectionRange {
  const whole: Range = {
    start: { line: 0, character: 0 },
    end: document.positionAt(document.getText().length),
  };
  let range: SelectionRange = { range: whole };
  for (const entry of entriesAt(entries, offset)) {
    range = inside(range, rangeOf(document, entry));
    const part = [entry.key, entry.value].find(
      (place) => place !== null && place.start <= offset && offset <= place.end,
    );
    if (part) range = inside(range, trimmed(document, part));
  }
  return range;
}

function inside(parent: SelectionRange, range: Range): SelectionRange {
  return isDeepStrictEqual(parent.range, range) ? parent : { range, parent };
}

/** A key with its value, without the blank lines after it. */
function rangeOf(document: TextDocument, { key, value }: Entry): Range {
  const start = (key ?? value)?.start ?? 0;
  const end = Math.max(value?.end ?? 0, key?.end ?? 0, start);
  return trimmed(document, { start, end });
}

function trimmed(document: TextDocument, { start, end }: Place): Range {
  const text = document.getText().slice(start, end).trimEnd();
  return places(document, { start, end: start + text.length });
}

function places(document: TextDocument, { start, end }: Place): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
