import {
  indexFile,
  NOT_A_TRAJECTORY,
  utf8Text,
  type ByteReader,
  type FileIndex,
  type ParseOptions,
} from '@deepcoder/trajectory';
import { openFile } from '../../largeFiles/openFile.ts';
import { NO_FORMAT } from '../formats/formats.ts';
import { symbolEntries, type Pause, type SymbolEntry } from './symbolEntries.ts';

/** About so much is read at once. */
const PART_BYTES = 1 << 20;
/** More trajectories of one file are not remembered; the inspector searches all. */
const MOST_ENTRIES = 50_000;

/**
 * The trajectories of a file that is too large to be held: part by part along its index. What was found
 * before somebody let go stays, and the next call goes on from there.
 */
export class LargeFileSymbols {
  readonly entries: SymbolEntry[] = [];
  private index: FileIndex | null = null;
  private row = 0;
  private line = 0;

  constructor(
    private readonly path: string,
    private readonly options: ParseOptions,
  ) {}

  /** Reads on until the end, or until `pause` says to stop. */
  async readOn(pause: Pause): Promise<void> {
    if (this.isDone()) return;
    const file = await openFile(this.path);
    try {
      const [only, more] = file.parts;
      // A place in an archive is none that an editor could show.
      if (more || only!.name !== null) return;
      await this.indexOn(only!.reader, pause);
      while (!this.isDone() && !(await pause())) {
        if (!(await this.readPart(only!.reader, pause))) return;
      }
    } finally {
      await file.close();
    }
  }

  private isDone(): boolean {
    const { index } = this;
    if (this.options.format === NO_FORMAT) return true;
    if (!index) return false;
    if (index.verdict.format === NOT_A_TRAJECTORY || this.entries.length >= MOST_ENTRIES)
      return true;
    return index.complete && this.row >= index.entries.count;
  }

  /** Rows may still be merged while an index grows: nothing is read before it is whole. */
  private async indexOn(file: ByteReader, pause: Pause): Promise<void> {
    // Aborted before it begins: only what detection needs is read.
    const signal = AbortSignal.abort();
    this.index ??= await indexFile(file, { ...this.options, signal });
    if (this.isDone() || this.index.complete) return;
    const stop = new AbortController();
    const onProgress = (): void => {
      void Promise.resolve(pause()).then((isOver) => isOver && stop.abort());
    };
    await indexFile(file, { resume: this.index, signal: stop.signal, onProgress });
  }

  /** Some rows and their lines; false where there are none yet, or `pause` says to stop. */
  private async readPart(file: ByteReader, pause: Pause): Promise<boolean> {
    const index = this.index!;
    const { entries, bytes } = index;
    if (!index.complete) return false;
    const startOf = (row: number): number => (row < entries.count ? entries.start(row) : bytes);
    // What is read as a whole is no file of the format in parts.
    const isWhole = index.cut === 'whole';
    const start = isWhole || this.row === 0 ? 0 : startOf(this.row);
    let next = isWhole ? entries.count : this.row + 1;
    while (next < entries.count && startOf(next + 1) - start <= PART_BYTES) next += 1;
    const read = await file.read(start, startOf(next) - start);
    const decoded = utf8Text(read);
    const isEnd = next >= entries.count;
    const text =
      index.cut === 'elements' ? asArray(decoded, { isStart: this.row === 0, isEnd }) : decoded;
    const options = { ...this.options, format: index.verdict.format };
    const found = await symbolEntries(text, { file: this.path, options }, pause);
    if (!found) return false;
    const goesOn = this.row > 0 && isSameSession(this.entries.at(-1), found[0]);
    for (const entry of goesOn ? found.slice(1) : found) this.entries.push(moved(entry, this.line));
    this.line += linesIn(read);
    this.row = next;
    return true;
  }
}

/** Some elements of an array, with its brackets. Where one is put in front, its line is one character longer. */
function asArray(text: string, { isStart, isEnd }: { isStart: boolean; isEnd: boolean }): string {
  const opened = isStart ? text : `[${text}`;
  return isEnd ? opened : `${opened.trimEnd().replace(/,$/, '')}]`;
}

/** A part may begin within a trajectory, which then has no task there or the id once more. */
function isSameSession(last: SymbolEntry | undefined, first: SymbolEntry | undefined): boolean {
  if (!last || !first) return false;
  return first.name === '' ? first.task === '' : first.name === last.name;
}

function moved(entry: SymbolEntry, by: number): SymbolEntry {
  const { start, end } = entry.range;
  const range = {
    start: { ...start, line: start.line + by },
    end: { ...end, line: end.line + by },
  };
  return { ...entry, range };
}

/** As editors count lines: a line feed, a carriage return, or both together. */
function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] !== 10) lines += 1;
  }
  return lines;
}
