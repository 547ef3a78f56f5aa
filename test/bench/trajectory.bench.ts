import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { editFile, indexFile, parse, trackFile } from '@deepcoder/trajectory';
import {
  type Bench,
  type BenchContext,
  type BenchParts,
  type BenchRow,
  median,
  quantile,
  type SkippedRow,
  uniformFrom,
} from './bench.ts';
import { openFile } from '../../server/src/largeFiles/openFile.ts';
import { type CorpusFile, readCorpus } from './corpus.ts';
import { peakResidentBytes, residentBytes } from './residentMemory.ts';

const MB = 1e6;

export const trajectoryBenches: Bench[] = [
  { name: 'parse', run: withCorpus(parseTimes) },
  { name: 'keystroke', run: withCorpus(keystrokeTimes) },
  { name: 'stream', run: withCorpus(streamTimes) },
];

export const trajectoryParts: BenchParts = {
  stream: () => streamOnce(process.env['DEEPCODER_CORPUS']!),
};

function withCorpus(
  run: (corpus: string, context: BenchContext) => BenchRow[] | Promise<BenchRow[]>,
): Bench['run'] {
  return async (context) => {
    const skipped: SkippedRow = { name: 'trajectories', skipped: 'DEEPCODER_CORPUS is not set' };
    return context.corpus === null ? [skipped] : run(context.corpus, context);
  };
}

/** Formats with less are only in the sum: their times are those of single calls. */
const OWN_ROW_BYTES = 100_000;

/** Each format beside `JSON.parse` of the same files; formats that are no JSON against a speed. */
function parseTimes(corpus: string, { rounds }: BenchContext): BenchRow[] {
  const files = readCorpus(corpus);
  const json = files.filter(({ documents }) => documents !== null);
  const plain = files.filter(({ documents }) => documents === null);
  return [
    wholeRow(files, rounds),
    linearRow(largest(files.filter(({ path }) => path.endsWith('.jsonl'))), rounds),
    linearRow(largest(plain), rounds),
    jsonRow('all', json, rounds),
    ...largeFormats(json).map(([format, some]) => jsonRow(format, some, rounds)),
    textRow('all', plain, rounds),
    ...largeFormats(plain).map(([format, some]) => textRow(format, some, rounds)),
  ];
}

/** Files in which no agent is found are in it as well: for these all formats are asked about all views. */
function wholeRow(files: readonly CorpusFile[], rounds: number): BenchRow {
  const megabytes = totalBytes(files) / MB;
  const [ours] = inTurns([() => parseAll(files)] as const, rounds);
  return {
    name: `detect and parse: all files, ${megabytes.toFixed(2)} MB`,
    value: ours / megabytes,
    unit: 'ms/MB',
  };
}

const REPEATED = 8;

/** What a byte takes of the same content eight times over, beside once. */
function linearRow(file: CorpusFile, rounds: number): BenchRow {
  const once = `${file.text.trimEnd()}\n`;
  const often = once.repeat(REPEATED);
  const read = (text: string) => () => void parse(text, { fileName: file.path });
  const [one, all] = inTurns([read(once), read(often)] as const, rounds);
  return {
    name: `time a byte of ${REPEATED} times ${file.format}, ${(once.length / MB).toFixed(2)} MB, beside once`,
    value: all / one / REPEATED,
    unit: 'times',
    atMost: 1.5,
  };
}

function largeFormats(files: readonly CorpusFile[]): [string, CorpusFile[]][] {
  const formats = [...new Set(files.map(({ format }) => format))].sort();
  return formats
    .map((format): [string, CorpusFile[]] => [
      format,
      files.filter((file) => file.format === format),
    ])
    .filter(([, some]) => totalBytes(some) >= OWN_ROW_BYTES);
}

function jsonRow(format: string, files: readonly CorpusFile[], rounds: number): BenchRow {
  const megabytes = totalBytes(files) / MB;
  const readPlainly = (): void =>
    files.forEach(({ documents }) => documents!.forEach((each) => void JSON.parse(each)));
  const [ours, peers] = inTurns([() => parseAll(files), readPlainly] as const, rounds);
  return {
    name: `parse JSON: ${format}, ${megabytes.toFixed(2)} MB`,
    value: ours,
    unit: 'ms',
    peer: { name: 'JSON.parse', value: peers },
    ratio: ours / peers,
    atMost: 2.5,
  };
}

function textRow(format: string, files: readonly CorpusFile[], rounds: number): BenchRow {
  const megabytes = totalBytes(files) / MB;
  const [ours] = inTurns([() => parseAll(files)] as const, rounds);
  return {
    name: `parse text: ${format}, ${megabytes.toFixed(2)} MB`,
    value: (1000 * megabytes) / ours,
    unit: 'MB/s',
    atLeast: 50,
  };
}

function parseAll(files: readonly CorpusFile[]): void {
  for (const { text, path } of files) parse(text, { fileName: path });
}

function totalBytes(files: readonly CorpusFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

const TURN_MS = 50;
const TURNS_PER_ROUND = 3;

/** Median milliseconds of a call of each, in turns of many calls; the first turn is not counted. */
function inTurns<T extends readonly (() => void)[]>(
  works: T,
  rounds: number,
): { [i in keyof T]: number } {
  const times = works.map((): number[] => []);
  for (let turn = 0; turn <= TURNS_PER_ROUND * rounds; turn++) {
    const turns = works.map(turnMs);
    if (turn > 0) turns.forEach((ms, i) => times[i]!.push(ms));
  }
  return times.map(median) as { [i in keyof T]: number };
}

function turnMs(work: () => void): number {
  const began = performance.now();
  let calls = 0;
  do {
    work();
    calls++;
  } while (performance.now() - began < TURN_MS);
  return (performance.now() - began) / calls;
}

const EDITED_BYTES = 20 * MB;
const KEYSTROKES = 200;

/** Single characters typed into words at random places of a large file of each kind. */
function keystrokeTimes(corpus: string): BenchRow[] {
  const files = readCorpus(corpus);
  const uniform = uniformFrom(1);
  const lines = largest(files.filter(({ path }) => path.endsWith('.jsonl')));
  const react = largest(files.filter(({ format }) => format === 'react_text'));
  const value = largest(files.filter(({ format }) => format === 'mini_swe_agent'));
  const kinds = [
    { kind: 'JSON lines', whole: repeatedText(lines), format: lines.format },
    { kind: 'ReAct text', whole: repeatedText(react), format: react.format },
    { kind: 'one JSON value', whole: repeatedMessages(value), format: value.format },
  ];
  return kinds.map(({ kind, whole, format }) => {
    const file = trackFile(whole, { format });
    const times = Array.from({ length: KEYSTROKES }, () => {
      const at = betweenLetters(whole, Math.floor(uniform() * whole.length));
      const began = performance.now();
      const edited = editFile(file, [{ start: at, end: at, newText: 'x' }]);
      const ms = performance.now() - began;
      if (edited.chunks === file.chunks) throw new Error('an edit was lost');
      return ms;
    });
    return {
      name: `keystroke in ${(whole.length / MB).toFixed(0)} MB of ${kind}, 95th percentile`,
      value: quantile(times, 0.95),
      unit: 'ms',
      atMost: 5,
    };
  });
}

function betweenLetters(text: string, from: number): number {
  const at = text.slice(from).search(/[a-z]{2}/);
  return at < 0 ? from : from + at + 1;
}

function repeatedText({ text }: CorpusFile): string {
  return `${text.trimEnd()}\n`.repeat(Math.ceil(EDITED_BYTES / text.length));
}

/** The same value with its messages over and over. */
function repeatedMessages({ text }: CorpusFile): string {
  const value = JSON.parse(text) as { messages: unknown[] };
  const times = Math.ceil(EDITED_BYTES / text.length);
  const messages = Array.from({ length: times }, () => value.messages).flat();
  return JSON.stringify({ ...value, messages }, null, 2);
}

function largest(files: readonly CorpusFile[]): CorpusFile {
  return files.reduce((most, file) => (file.bytes > most.bytes ? file : most));
}

/** Of the file that is indexed; what the goal speaks of are 5. */
const STREAMED_GIGABYTES = Number(process.env['DEEPCODER_STREAM_GB'] ?? 1);

async function streamTimes(_corpus: string, { part }: BenchContext): Promise<BenchRow[]> {
  const { seconds, bytes, size } = await part('stream');
  const name = `index of a file of ${STREAMED_GIGABYTES} GB`;
  return [
    { name, value: size! / MB / seconds!, unit: 'MB/s', atLeast: 150 },
    { name: `${name}: memory`, value: bytes! / MB, unit: 'MB', atMost: 100 },
  ];
}

/** The largest file of JSON lines, over and over, on the disk; memory beyond what the process had before. */
async function streamOnce(corpus: string): Promise<Record<string, number>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stream-'));
  try {
    const long = path.join(folder, 'long.jsonl');
    writeRepeated(long, Buffer.from(`${readFileSync(largestLines(corpus), 'utf8').trimEnd()}\n`));
    const file = await openFile(long);
    const { reader } = file.parts[0]!;
    const before = residentBytes();
    let seconds = 0;
    const peak = await peakResidentBytes(async () => {
      const began = performance.now();
      const index = await indexFile(reader);
      seconds = (performance.now() - began) / 1000;
      if (index.bytes !== reader.size) throw new Error('the index is not complete');
    });
    await file.close();
    return { seconds, bytes: peak - before, size: reader.size };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Not read with the rest: what that leaves behind would be measured. */
function largestLines(corpus: string): string {
  const names = readdirSync(corpus, { recursive: true }).map(String);
  const sizes = names
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => ({ name, size: statSync(path.join(corpus, name)).size }));
  return path.join(corpus, sizes.sort((a, b) => b.size - a.size)[0]!.name);
}

/** Whole records, until the file has its size. */
function writeRepeated(file: string, unit: Buffer): void {
  const handle = openSync(file, 'w');
  for (let size = 0; size < STREAMED_GIGABYTES * 1e9; size += unit.length) writeSync(handle, unit);
  closeSync(handle);
}
