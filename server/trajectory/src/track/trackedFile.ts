import { FRESH, type BuildState } from '../build/builder.ts';
import { finish } from '../build/finish.ts';
import type { Format } from '../formats/format.ts';
import { formatById } from '../formats/registry.ts';
import { detect, parse, type Verdict } from '../parse.ts';
import { isJsonLines, openInput } from '../probe.ts';
import { Lines } from '../text/lines.ts';
import { fileSource } from '../text/source.ts';
import { applyEdits, type TextEdit } from '../edit/textEdit.ts';
import type { Parsed, ParseOptions } from '../types.ts';
import { readBlock, shape, type Block, type Cut } from './block.ts';
import { flatten } from './flatten.ts';

/**
 * A file that is being edited, held as the blocks that were read by themselves. An edit reads again what
 * it touches, and what follows only as far as that is read from another state. Not changed in place:
 * each edit gives a new one that shares its blocks.
 */
export interface TrackedFile {
  readonly verdict: Verdict;
  readonly cut: Cut;
  readonly blocks: readonly Block[];
  readonly options: ParseOptions;
}

export function trackFile(text: string, options: ParseOptions = {}): TrackedFile {
  const { verdict, cut } = judge(text, options);
  const format = formatById(verdict.format);
  const blocks: Block[] = [];
  let state = FRESH;
  if (format && cut !== 'whole') {
    for (const piece of pieces(format, cut, text)) {
      const block = readBlock(format, cut, piece, state);
      if (block.needsWhole) return whole(text, verdict, options);
      blocks.push(block);
      state = after(state, block);
    }
    return { verdict, cut, blocks, options };
  }
  return whole(text, verdict, options);
}

/** The file's text. */
export function textOf(file: TrackedFile): string {
  return file.blocks.map((block) => block.text).join('');
}

/** The whole parse, as `parse` of the text would give it. */
export function parsedOf(file: TrackedFile): Parsed {
  const text = textOf(file);
  if (file.cut === 'whole') return parse(text, file.options);
  return finish(text, file.verdict, flatten(file.blocks));
}

/** The edits are of the text as it is now, and do not overlap. */
export function editFile(file: TrackedFile, edits: readonly TextEdit[]): TrackedFile {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  return sorted.reduce(editOnce, file);
}

function editOnce(file: TrackedFile, edit: TextEdit): TrackedFile {
  const format = formatById(file.verdict.format);
  if (!format || file.cut === 'whole')
    return trackFile(applyEdits(textOf(file), [edit]), file.options);
  const starts = blockStarts(file.blocks);
  const touched = touchedBlocks(file.blocks, starts, edit);
  const offset = starts[touched.from] ?? 0;
  const old = joinTexts(file.blocks, touched.from, touched.to);
  const text = applyEdits(old, [
    { start: edit.start - offset, end: edit.end - offset, newText: edit.newText },
  ]);
  const blocks = replaced(file, format, { ...touched, text });
  if (!blocks) return trackFile(applyEdits(textOf(file), [edit]), file.options);
  if (offset > HEAD || !changesVerdict(file, blocks)) return { ...file, blocks };
  return trackFile(blocks.map((block) => block.text).join(''), file.options);
}

/** What detection looks at, with room for the lines that it samples. */
const HEAD = 1 << 18;
const HEAD_LINES = 24;

function changesVerdict(file: TrackedFile, blocks: readonly Block[]): boolean {
  let head = '';
  let count = 0;
  while (count < blocks.length && (head.length <= HEAD || count < HEAD_LINES)) {
    head += blocks[count]!.text;
    count += 1;
  }
  const { verdict, cut } = judge(head, file.options);
  return (
    verdict.format !== file.verdict.format ||
    verdict.reason !== file.verdict.reason ||
    cut !== file.cut
  );
}

function judge(text: string, options: ParseOptions): { verdict: Verdict; cut: Cut } {
  const input = openInput(text, options, () => undefined);
  const verdict = detect(input, options.format);
  const format = formatById(verdict.format);
  if (input.shape === 'text') return { verdict, cut: format?.blocks ? 'blocks' : 'whole' };
  const byLine = input.shape === 'jsonl' && isJsonLines(fileSource(text));
  return { verdict, cut: byLine && format?.record ? 'lines' : 'whole' };
}

function whole(text: string, verdict: Verdict, options: ParseOptions): TrackedFile {
  const block: Block = { ...readBlock(NOTHING, 'blocks', text, FRESH), needsWhole: true };
  return { verdict, cut: 'whole', blocks: [block], options };
}

const NOTHING: Format = { id: '', title: '', detect: () => null };

/** The text cut: at each line, or at the lines where the format says that a block begins. */
function* pieces(format: Format, cut: Cut, text: string): Iterable<string> {
  const lines = new Lines(text);
  let from = 0;
  while (lines.advance()) {
    const begins = cut === 'lines' || format.blocks?.begins(text, lines.start) === true;
    if (!begins || lines.start === from) continue;
    yield text.slice(from, lines.start);
    from = lines.start;
  }
  if (from < text.length) yield text.slice(from);
}

function after(state: BuildState, { builder }: Block): BuildState {
  const exit = builder.exit.state;
  const carried = builder.lead.closedAt < 0 && state.isOpen;
  return carried ? { ...exit, step: exit.step + state.step - (state.step > 0 ? 1 : 0) } : exit;
}

function blockStarts(blocks: readonly Block[]): number[] {
  const starts = new Array<number>(blocks.length);
  let at = 0;
  for (let i = 0; i < blocks.length; i += 1) {
    starts[i] = at;
    at += blocks[i]!.text.length;
  }
  return starts;
}

/** From the block before the edit, which may end in half a line end, to the one after it. */
function touchedBlocks(
  blocks: readonly Block[],
  starts: number[],
  { start, end }: TextEdit,
): { from: number; to: number } {
  const from = Math.max(0, lastAtMost(starts, start) - 1);
  const to = Math.min(blocks.length, lastAtMost(starts, end) + 2);
  return { from, to };
}

function lastAtMost(sorted: number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/**
 * The blocks with those of `[from, to)` read anew from `text`, and those behind until the old ones were
 * read from the same state. Null where a line came that only the whole can be read with.
 */
function replaced(
  file: TrackedFile,
  format: Format,
  { from, to, text }: { from: number; to: number; text: string },
): Block[] | null {
  const { blocks, cut } = file;
  let state = stateBefore(blocks, from);
  const fresh: Block[] = [];
  let rest = to;
  const read = (piece: string): boolean => {
    const block = readBlock(format, cut, piece, state);
    fresh.push(block);
    state = after(state, block);
    return !block.needsWhole;
  };
  for (const piece of pieces(format, cut, text)) if (!read(piece)) return null;
  while (rest < blocks.length && blocks[rest]!.entry !== shape(state)) {
    if (!read(blocks[rest]!.text)) return null;
    rest += 1;
  }
  return [...blocks.slice(0, from), ...fresh, ...blocks.slice(rest)];
}

function stateBefore(blocks: readonly Block[], index: number): BuildState {
  const before = blocks[index - 1];
  return before ? before.builder.exit.state : FRESH;
}

function joinTexts(blocks: readonly Block[], from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i += 1) text += blocks[i]!.text;
  return text;
}
