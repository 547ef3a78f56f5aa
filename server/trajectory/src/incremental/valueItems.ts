import { Builder, FRESH, type BuildState } from '../assemble/builder.ts';
import { OP, OP_LENGTH } from '../assemble/script.ts';
import { endList, type Format, type RecordList } from '../formats/format.ts';
import { isArray, isContainer } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { JsonScanner, scanJson } from '../json/scanJson.ts';
import { fileSource } from '../text/source.ts';
import { isBlankCode } from '../text/trim.ts';
import { after, shape, startState, type Block } from './block.ts';

/**
 * A file of one JSON value, held as the text before its list's items, each item with the comma behind it,
 * and the text behind them. The first and the last part are read from each other's text: the value
 * without its items.
 */
export interface ValueFrame {
  list: RecordList;
  root: JsonNode;
  headLength: number;
  tail: string;
  /** Containers around an item. */
  depth: number;
}

/** How a format's value is read item by item: by its own list, or as a list of records. */
export function listOfValue(
  format: Format,
  root: JsonNode,
): { list: RecordList; items: readonly JsonNode[]; depth: number } | null {
  const { record, read } = format;
  const own = isArray(root) && !read ? null : (format.list?.of(root) ?? null);
  if (format.list && own) return usable(format.list, own, own === root ? 1 : 2);
  if (!isArray(root) || !record || (read && !format.list)) return null;
  const list: RecordList = {
    of: () => root,
    item: (build, value) => record(build, { value, range: value }),
    end: () => undefined,
  };
  return usable(list, root, 1);
}

function usable(
  list: RecordList,
  { items }: JsonNode,
  depth: number,
): ReturnType<typeof listOfValue> {
  return items.length > 1 && items.every(isContainer) ? { list, items, depth } : null;
}

/** The value cut into blocks; null where its beginning and end cannot be read without the items. */
export function cutValue(
  format: Format,
  text: string,
  root: JsonNode,
): { frame: ValueFrame; blocks: Block[] } | null {
  const found = listOfValue(format, root);
  if (!found) return null;
  const { items, list, depth } = found;
  const starts = items.map(({ start }) => ownLine(text, start));
  const headLength = starts[0]!;
  const last = items[items.length - 1]!.end;
  const tail = text.slice(last);
  const bare = scanJson(fileSource(text.slice(0, headLength) + tail));
  if (bare.error || !bare.value) return null;
  const frame: ValueFrame = { list, root: bare.value, headLength, tail, depth };
  const head = readHead(frame, text.slice(0, headLength));
  if (!head) return null;
  const blocks = [head];
  let { state } = head.builder.exit;
  for (const [i, start] of starts.entries()) {
    const own = text.slice(start, starts[i + 1] ?? last);
    const block = readItem(frame, own, { state, startsLine: isLineStart(text, start) });
    if (!block) return null;
    blocks.push(block);
    state = after(state, block);
  }
  const end = readTail(frame, state);
  return end && { frame, blocks: [...blocks, end] };
}

function readHead({ list, root, headLength }: ValueFrame, text: string): Block | null {
  const builder = new Builder(FRESH);
  list.begin?.(builder, root);
  const { first, last } = extent(builder);
  const fits = first >= 0 && last <= headLength;
  if (!fits) return null;
  return { text, entry: shape(FRESH), builder, startsLine: true, needsWhole: false, link: null };
}

/** An item and the comma behind it; null where that is not all, or is malformed. */
export function readItem(
  frame: ValueFrame,
  text: string,
  { state, startsLine }: { state: BuildState; startsLine: boolean },
): Block | null {
  const source = fileSource(text);
  const { value, error, end } = new JsonScanner(source).scan(0, text.length, frame.depth);
  if (error || !value?.closed || !isContainer(value)) return null;
  if (end !== text.length - separatorLength(text)) return null;
  const builder = new Builder(startState(state));
  frame.list.item(builder, value);
  return { text, entry: shape(state), builder, startsLine, needsWhole: false, link: null };
}

/** The start of the item's line where nothing else stands before it there, else the item's own. */
function ownLine(text: string, start: number): number {
  let at = start;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1;
  return isLineStart(text, at) ? at : start;
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r';
}

/** Blanks before an item's value. */
export function indentLength(text: string): number {
  let at = 0;
  while (at < text.length && isBlankCode(text.charCodeAt(at))) at += 1;
  return at;
}

/** Blanks and the comma at the end of an item's text. */
export function separatorLength(text: string): number {
  let at = text.length;
  while (at > 0 && (isBlankCode(text.charCodeAt(at - 1)) || text[at - 1] === ',')) at -= 1;
  return text.length - at;
}

export function readTail(frame: ValueFrame, state: BuildState): Block | null {
  const { list, root, headLength, tail } = frame;
  const builder = new Builder(startState(state));
  endList(list, builder, root);
  builder.move(-headLength);
  const { first, last } = extent(builder);
  const fits = first >= 0 && last <= tail.length;
  if (!fits) return null;
  return {
    text: tail,
    entry: shape(state),
    builder,
    startsLine: false,
    needsWhole: false,
    link: null,
  };
}

/** The first and last offset that a builder has something at. */
function extent({ marks, labels, script, problems }: Builder): { first: number; last: number } {
  let first = 0;
  let last = 0;
  const see = (offset: number): void => {
    first = Math.min(first, offset);
    last = Math.max(last, offset);
  };
  for (let i = 0; i < marks.count; i += 1) {
    see(marks.start(i));
    see(marks.end(i));
  }
  labels.forEach(see);
  for (const { start, end } of problems) {
    see(start);
    see(end);
  }
  for (let at = 0; at < script.length; at += OP_LENGTH[script[at]!]!) {
    if (script[at] === OP.trajectory) see(script[at + 1]!);
  }
  return { first, last };
}
