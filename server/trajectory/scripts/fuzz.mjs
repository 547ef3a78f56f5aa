/**
 * `npm run fuzz -- DIR [--variants N] [--seed N] [--file PART]`: breaks files and parses them. Of every file
 * under DIR/dev, and of the smaller ones packed (zip, gzip, UTF-16, a column of Parquet): N variants cut at a
 * random byte, N with random bytes changed (one to a thousand of them). Of packed files a tenth as many.
 * Fails when a parse throws, gives spans that are not sorted within the text, takes over 30 s, or is out
 * of all proportion to the file (a sign of quadratic time). Runs in a worker, so that a hang is seen.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { loadPackage } from './loadPackage.mjs';
import { threadMs } from './threadMs.mjs';
import { helpFirst } from '../../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const HANG_MS = 30_000;
/** A variant may take this many times what its file takes by the byte, and a floor for pauses. */
const SLOW_RATIO = 20;
const SLOW_FLOOR_MS = 250;

const MOST_CHANGES = 1000;
/** What a packed file may hold. */
const MOST_BYTES = 50_000_000;
const LARGEST_PACKED = 200_000;
/** What files are made of is changed into most often. */
const ODD = Buffer.from('{}[]",:\\<>\n\r`#=-* \0');

if (isMainThread) await supervise();
else await work(workerData);

async function supervise() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      variants: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      file: { type: 'string', default: '' },
    },
  });
  const folder = positionals[0] ?? process.env['DEEPCODER_CORPUS'];
  if (!folder) {
    console.error('usage: npm run fuzz -- DIR [--variants N] [--seed N] [--file PART]');
    process.exit(2);
  }
  const pulse = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { folder: join(folder, 'dev'), pulse, ...values },
  });
  let last = -1;
  const watch = setInterval(() => {
    const now = Atomics.load(pulse, 0);
    if (now === last) {
      console.error(`a parse takes over ${HANG_MS / 1000} s`);
      process.exit(1);
    }
    last = now;
  }, HANG_MS);
  worker.on('message', (line) => console.log(line));
  worker.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  worker.on('exit', (code) => {
    clearInterval(watch);
    process.exitCode = code;
  });
}

async function work({ folder, pulse, variants, seed, file }) {
  const { parse, readTexts } = await loadPackage();
  const say = (line) => parentPort.postMessage(line);
  const failures = [];
  let [parses, bytes, told, worst] = [0, 0, 0, { ratio: 0, what: '' }];
  const began = performance.now();
  for (const path of filesIn(folder).filter((path) => path.includes(file))) {
    for (const form of formsOf(readFileSync(join(folder, path)))) await fuzzOne(path, form);
    say(`${path}: ${failures.length} failures so far, ${(bytes / 1e9).toFixed(2)} GB parsed`);
  }
  const seconds = (performance.now() - began) / 1000;
  say(`${parses} parses of ${(bytes / 1e9).toFixed(2)} GB in ${seconds.toFixed(0)} s`);
  say(
    worst.what === ''
      ? 'none took over 100 ms'
      : `slowest beside the whole file: ${worst.ratio.toFixed(1)} times by the byte (${worst.what})`,
  );
  say(`${failures.length} failures`);
  process.exitCode = failures.length > 0 ? 1 : 0;

  async function fuzzOne(path, { form, buffer, part = 1, onlyCut = false }) {
    const count = Math.max(1, Math.round(Number(variants) * part));
    const random = randomFrom(Number(seed), path + form);
    const usual = (await usualMs(() => read(buffer))) / buffer.length;
    for (let i = 0; i < (onlyCut ? count : 2 * count); i += 1) {
      const broken = i < count ? cut(buffer, random) : changed(buffer, random);
      const what = `${path}${form}, ${i < count ? 'cut' : 'changed'}, variant ${i % count}`;
      Atomics.add(pulse, 0, 1);
      const start = threadMs();
      try {
        await read(broken);
      } catch (error) {
        failures.push(`${what}: ${error.stack ?? error}`);
      }
      const ms = threadMs() - start;
      const expected = usual * broken.length;
      if (ms > SLOW_FLOOR_MS && ms > SLOW_RATIO * expected) failures.push(`${what}: ${ms} ms`);
      for (; told < failures.length; told += 1) say(failures[told]);
      if (ms > 100 && ms / expected > worst.ratio) worst = { ratio: ms / expected, what };
      parses += 1;
      bytes += broken.length;
    }
  }

  async function read(bytes) {
    const reader = {
      size: bytes.length,
      read: async (offset, length) => bytes.subarray(offset, offset + length),
    };
    for await (const content of readTexts(reader, 'file', MOST_BYTES)) {
      if ('text' in content) check(content.text, parse(content.text));
    }
  }
}

function check(text, parsed) {
  let end = 0;
  for (const span of parsed.spans) {
    if (span.start < end || span.end <= span.start || span.end > text.length)
      throw new Error(`a span from ${span.start} to ${span.end} after ${end} of ${text.length}`);
    end = span.end;
  }
  for (const { start, end: to } of [...parsed.labels, ...parsed.problems])
    if (start < 0 || to < start || to > text.length) throw new Error('a label out of the text');
  if (parsed.trajectories.some((one) => one.end < one.start)) throw new Error('a bad trajectory');
}

/** The file itself, and packed in each way if it is small enough; `part`: of the variants. */
function formsOf(buffer) {
  const own = { form: '', buffer };
  if (buffer.length > LARGEST_PACKED) return [own];
  const text = buffer.toString('utf8');
  const column = [{ name: 'text', data: [text, ''], type: 'STRING' }];
  const packed = [
    { form: '.gz', buffer: gzipSync(buffer) },
    { form: '.zip', buffer: Buffer.from(zipSync({ 'a.json': buffer, 'b/c.jsonl': buffer })) },
    { form: ' in UTF-16', buffer: Buffer.from(`\ufeff${text}`, 'utf16le') },
    // hyparquet trusts the lengths of runs in a page: a changed one can keep it busy for minutes.
    {
      ...{ form: '.parquet', onlyCut: true },
      buffer: Buffer.from(parquetWriteBuffer({ columnData: column })),
    },
  ];
  return [own, ...packed.map((form) => ({ ...form, part: 0.1 }))];
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function usualMs(run) {
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    const start = threadMs();
    await run();
    times.push(threadMs() - start);
  }
  return times.sort((a, b) => a - b)[2];
}

function cut(buffer, random) {
  return buffer.subarray(0, random(buffer.length));
}

function changed(buffer, random) {
  const copy = Buffer.from(buffer);
  const changes = Math.ceil(MOST_CHANGES ** (random(1000) / 999));
  for (let i = 0; i < changes; i += 1) {
    copy[random(copy.length)] = random(2) === 0 ? random(256) : ODD[random(ODD.length)];
  }
  return copy;
}

/** Whole numbers below a bound; the same for the same seed and file (mulberry32). */
function randomFrom(seed, path) {
  let state = seed;
  for (const character of path) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
