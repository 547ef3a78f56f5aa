import type { Range } from '@deepcoder/vocabulary';
import { FRESH } from '../assemble/builder.ts';
import { finish } from '../assemble/finish.ts';
import { applyEdits, type TextEdit } from '../edit/textEdit.ts';
import type { Format } from '../formats/format.ts';
import type { JsonError, JsonNode } from '../json/jsonTree.ts';
import { contentStart, detect, parse, type Verdict } from '../parse.ts';
import { isJsonLines } from '../json/jsonLines.ts';
import { openInput } from '../probe.ts';
import { hasColours } from '../text/ansi.ts';
import type { Parsed, ParseOptions } from '../types.ts';
import { after, isBlankText, readBlock, type Block, type Cut } from './block.ts';
import { toChunks, type Chunk } from './chunks.ts';
import { flatten } from './flatten.ts';
import { pieces } from './pieces.ts';
import { rereadEdited, type CutFile } from './reread.ts';
import { cutValue, listOfValue, separatorLength } from './valueItems.ts';

/**
 * A file that is being edited, held as the blocks that were read by themselves. An edit reads again what
 * it touches, and what follows only as far as that is read from another state. Not changed in place:
 * each edit gives a new one that shares its blocks.
 */
export interface TrackedFile extends CutFile {
  readonly verdict: Verdict;
  readonly options: ParseOptions;
}

export function trackFile(text: string, options: ParseOptions = {}): TrackedFile {
  const { verdict, cut, root } = judge(text, options);
  const format = verdict.reader;
  if (!format || cut === 'whole') return whole(text, verdict, options);
  if (cut === 'items') {
    const value = root && cutValue(format, text, root);
    if (!value) return whole(text, verdict, options);
    return { verdict, cut, chunks: toChunks(value.blocks), options, frame: value.frame };
  }
  const blocks: Block[] = [];
  let state = FRESH;
  for (const piece of pieces(format, cut, text)) {
    const block = readBlock(format, cut, piece, state);
    if (block.needsWhole) return whole(text, verdict, options);
    blocks.push(block);
    state = after(state, block);
  }
  if (format.links?.needWhole(linksOf(blocks))) return whole(text, verdict, options);
  return { verdict, cut, chunks: toChunks(blocks), options, frame: null };
}

/** The file's text. */
export function textOf(file: TrackedFile): string {
  return blocksOf(file)
    .map((block) => block.text)
    .join('');
}

/** A part of the file's text, from the blocks that it lies in. */
export function textBetween(file: TrackedFile, { start, end }: Range): string {
  let text = '';
  let at = 0;
  for (const block of blocksOf(file)) {
    const from = Math.max(start - at, 0);
    if (at < end && from < block.text.length) text += block.text.slice(from, end - at);
    at += block.text.length;
  }
  return text;
}

/** The whole parse, as `parse` of the text would give it. */
export function parsedOf(file: TrackedFile): Parsed {
  const text = textOf(file);
  if (file.cut === 'whole') return parse(text, file.options);
  return finish(text, file.verdict, flatten(blocksOf(file)));
}

/** The file's blocks, in order. */
function blocksOf(file: TrackedFile): Block[] {
  return file.chunks.flatMap((chunk) => chunk.blocks);
}

/** The edits are of the text as it is now, and do not overlap. */
export function editFile(file: TrackedFile, edits: readonly TextEdit[]): TrackedFile {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  return sorted.reduce(editOnce, file);
}

function editOnce(file: TrackedFile, edit: TextEdit): TrackedFile {
  return editFileInPart(file, edit) ?? trackFile(applyEdits(textOf(file), [edit]), file.options);
}

/** The file after an edit, where that can be told from a part of it; else null: it must be read as a whole. */
export function editFileInPart(file: TrackedFile, edit: TextEdit): TrackedFile | null {
  const format = file.verdict.reader;
  const edited = format && file.cut !== 'whole' ? rereadEdited(file, format, edit) : null;
  if (edited) {
    const { chunks, offset, block } = edited;
    const isBehind = file.cut === 'blocks' ? offset > HEAD : isBehindSamples(chunks, block);
    const isSame = isBehind || !changesVerdict(file, chunks);
    if (isSame && !changesLinks(file, chunks, format!)) return { ...file, chunks };
  }
  return null;
}

function linksOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ link }) => (link === null ? [] : [link]));
}

/** Whether the lines now depend on each other; only asked where an edit changed what they depend on. */
function changesLinks(file: TrackedFile, chunks: readonly Chunk[], { links }: Format): boolean {
  if (!links) return false;
  const now = chunks.flatMap(({ blocks }) => linksOf(blocks));
  const before = linksOf(blocksOf(file));
  const isSame = now.length === before.length && now.every((link, i) => link === before[i]);
  return !isSame && links.needWhole(now);
}

/** What detection looks at, with room for the lines or items that it samples. */
const HEAD = 1 << 18;
const HEAD_BLOCKS = 64;

/** Whether so many values stand before a block that detection does not come to it. */
function isBehindSamples(chunks: readonly Chunk[], block: number): boolean {
  let values = 0;
  let at = 0;
  for (const { blocks } of chunks) {
    for (const { text } of blocks) {
      if (at === block) return false;
      at += 1;
      if (!isBlankText(text)) values += 1;
      if (values > HEAD_BLOCKS) return true;
    }
  }
  return false;
}

function changesVerdict(file: TrackedFile, chunks: readonly Chunk[]): boolean {
  const { verdict, cut } = judge(headOf(file, chunks), file.options);
  return (
    verdict.format !== file.verdict.format ||
    verdict.reason !== file.verdict.reason ||
    cut !== file.cut
  );
}

/** As much of the file as shows what it is; of a value with its beginning and end. */
function headOf({ frame }: TrackedFile, chunks: readonly Chunk[]): string {
  let head = '';
  let count = 0;
  for (const { blocks } of chunks) {
    for (const { text } of blocks) {
      if (head.length > HEAD && count > HEAD_BLOCKS) {
        return frame ? head.slice(0, head.length - separatorLength(head)) + frame.tail : head;
      }
      head += text;
      if (!isBlankText(text)) count += 1;
    }
  }
  return head;
}

function judge(
  text: string,
  options: ParseOptions,
): { verdict: Verdict; cut: Cut; root: JsonNode | null } {
  const errors: JsonError[] = [];
  const input = openInput(text, options, ({ error }) => {
    if (error) errors.push(error);
  });
  const verdict = detect(input, options.format);
  const { root } = input;
  const cut = cutOf(verdict.reader, input.shape, root);
  const isWhole =
    contentStart(text) > 0 ||
    (cut === 'items' && (errors.length > 0 || text.includes('\0'))) ||
    (cut === 'lines' && !isJsonLines(text)) ||
    (cut === 'blocks' && hasColours(text));
  return { verdict, cut: isWhole ? 'whole' : cut, root };
}

function cutOf(
  format: Format | null,
  shape: 'text' | 'json' | 'jsonl',
  root: JsonNode | null,
): Cut {
  if (!format) return 'whole';
  if (shape === 'text') return format.blocks ? 'blocks' : 'whole';
  if (shape === 'json') return root && listOfValue(format, root) ? 'items' : 'whole';
  return format.record ? 'lines' : 'whole';
}

function whole(text: string, verdict: Verdict, options: ParseOptions): TrackedFile {
  const block: Block = { ...readBlock(NOTHING, 'blocks', text, FRESH), needsWhole: true };
  return { verdict, cut: 'whole', chunks: toChunks([block]), options, frame: null };
}

const NOTHING: Format = { id: '', title: '', detect: () => null };
