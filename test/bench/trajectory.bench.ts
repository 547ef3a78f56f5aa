import {
  type ByteReader,
  editFile,
  indexFile,
  parse,
  textOf,
  trackFile,
} from '@deepcoder/trajectory';
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
import { type CorpusFile, readCorpus } from './corpus.ts';
import { processPeakBytes, residentBytes } from './residentMemory.ts';

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
    jsonRow('all', json, rounds),
    ...largeFormats(json).map(([format, some]) => jsonRow(format, some, rounds)),
    textRow('all', plain, rounds),
    ...largeFormats(plain).map(([format, some]) => textRow(format, some, rounds)),
  ];
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

/** Single characters typed at random places of a large file of each kind. */
function keystrokeTimes(corpus: string): BenchRow[] {
  const files = readCorpus(corpus);
  const uniform = uniformFrom(1);
  const kinds = {
    'JSON lines': largest(files.filter(({ path }) => path.endsWith('.jsonl'))),
    'ReAct text': largest(files.filter(({ format }) => format === 'react_text')),
  };
  return Object.entries(kinds).map(([kind, { text, format }]) => {
    const whole = `${text.trimEnd()}\n`.repeat(Math.ceil(EDITED_BYTES / text.length));
    let file = trackFile(whole, { format });
    const times = Array.from({ length: KEYSTROKES }, () => {
      const at = Math.floor(uniform() * whole.length);
      const began = performance.now();
      file = editFile(file, [{ start: at, end: at, newText: 'x' }]);
      return performance.now() - began;
    });
    if (textOf(file).length !== whole.length + KEYSTROKES) throw new Error('an edit was lost');
    return {
      name: `keystroke in ${(whole.length / MB).toFixed(0)} MB of ${kind}, 95th percentile`,
      value: quantile(times, 0.95),
      unit: 'ms',
      atMost: 5,
    };
  });
}

function largest(files: readonly CorpusFile[]): CorpusFile {
  return files.reduce((most, file) => (file.bytes > most.bytes ? file : most));
}

const STREAMED_BYTES = 5e9;

async function streamTimes(_corpus: string, { part }: BenchContext): Promise<BenchRow[]> {
  const { seconds, bytes } = await part('stream');
  const name = `index of a file of ${STREAMED_BYTES / 1e9} GB`;
  return [
    { name, value: STREAMED_BYTES / MB / seconds!, unit: 'MB/s', atLeast: 150 },
    { name: `${name}: memory`, value: bytes! / MB, unit: 'MB', atMost: 100 },
  ];
}

/** The largest file of JSON lines, over and over; memory beyond what the process had before. */
async function streamOnce(corpus: string): Promise<Record<string, number>> {
  const file = largest(readCorpus(corpus).filter(({ path }) => path.endsWith('.jsonl')));
  const reader = repeatingReader(Buffer.from(`${file.text.trimEnd()}\n`), STREAMED_BYTES);
  const before = residentBytes();
  const began = performance.now();
  const index = await indexFile(reader);
  const seconds = (performance.now() - began) / 1000;
  if (index.bytes !== reader.size) throw new Error('the index is not complete');
  return { seconds, bytes: processPeakBytes() - before };
}

function repeatingReader(unit: Uint8Array, size: number): ByteReader {
  return {
    size,
    read: (offset, length) => {
      const bytes = new Uint8Array(Math.min(length, size - offset));
      for (let at = 0; at < bytes.length;) {
        const from = (offset + at) % unit.length;
        const part = unit.subarray(from, from + bytes.length - at);
        bytes.set(part, at);
        at += part.length;
      }
      return Promise.resolve(bytes);
    },
  };
}
