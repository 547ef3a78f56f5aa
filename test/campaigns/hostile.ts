import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DeepCoderError, initText, loadConfig } from '@deepcoder/config';
import { parse, readTexts } from '@deepcoder/trajectory';
import { zipSync } from 'fflate';
import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import { jinjaTemplate, JINJA_LIMITS } from '../../trainer/src/data/render/jinja.ts';
import { readGguf } from '../../trainer/src/gguf/readGguf.ts';
import { threadMs } from '../../server/trajectory/scripts/threadMs.mjs';
import { deepcoderIn } from '../support/deepcoderProgram.ts';
import { workshop } from '../support/workshop.ts';
import { floats, writeGguf } from '../support/writeGguf.ts';
import type { Count } from './campaign.ts';
import { hostileTemplate } from './hostileTemplates.ts';
import { hostileBytes, hostileJson, hostileValue } from './hostileValues.ts';
import { randomFrom, type Random } from './random.ts';
import { realFiles } from './realFiles.ts';

export const limitMs = 180_000;
export const shortTries = 120;

const shared = workshop();

export const end = async (): Promise<void> => {
  rmSync(await shared, { recursive: true, force: true });
};

/** Who computes longer than this keeps somebody waiting. */
const SLOW_MS = 10_000;
const MOST_BYTES = 1.5e9;

/** Reads something that means harm; null where it was read or refused, else what happened. */
type Read = (random: Random, folder: string) => Promise<string | null> | string | null;

const READS: Readonly<Record<string, Read>> = {
  config: readConfig,
  checkpoint: readCheckpoint,
  template: readTemplate,
  archive: readArchive,
  gguf: readGgufFile,
  tokenizer: readTokenizer,
};

/** One thing that means harm is read: in time, in bounds, and either well or with an error that says why not. */
export async function attempt(seed: number, count: Count): Promise<string | null> {
  const random = randomFrom(seed);
  const kinds = Object.keys(READS);
  // A tokenizer is read by another process, which takes a hundred times as long.
  const kind = seed % 60 === 59 ? 'tokenizer' : kinds[seed % (kinds.length - 1)]!;
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
  const startMs = threadMs();
  const before = process.memoryUsage().rss;
  try {
    const fault = await READS[kind]!(random, folder);
    const ms = threadMs() - startMs;
    const grown = process.memoryUsage().rss - before;
    if (fault !== null) return `${kind}: ${fault}`;
    if (ms > SLOW_MS) return `${kind}: took ${String(Math.round(ms / 1000))} s`;
    if (grown > MOST_BYTES) return `${kind}: took ${String(Math.round(grown / 1e6))} MB`;
    count(kind);
    return null;
  } catch (error) {
    if (error instanceof DeepCoderError) count(`${kind} refused`);
    else
      return `${kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readConfig(random: Random): Promise<null> {
  const lines = initText()
    .replaceAll(/^# ?(?=\s*[a-z_]+:)/gm, '')
    .split('\n');
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(lines.length);
    lines[at] = random.pick([
      () => (lines[at] ?? '').replace(/:.*/, `: ${hostileValue(random)}`),
      () =>
        `extends: ${random.pick(['hostile.yaml', './hostile.yaml', '[hostile.yaml]', '/dev/zero'])}`,
      () =>
        'a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: &d [*c, *c, *c]\ne: [*d, *d, *d]',
      () => `${hostileValue(random)}: ${hostileValue(random)}`,
      () => Array.from({ length: 20_000 }, (_, i) => `key${String(i)}: 1`).join('\n'),
      () => '<<: *nothing\n!!js/function x: !!binary y',
    ])();
  }
  const text = lines.join('\n');
  const readText = (): Promise<string> => Promise.resolve(text);
  await loadConfig({ path: 'hostile.yaml', readText, env: {} });
  return null;
}

async function readCheckpoint(random: Random, folder: string): Promise<null> {
  cpSync(path.join(await shared, 'teacher'), folder, { recursive: true });
  const config = path.join(folder, 'config.json');
  const weights = path.join(folder, 'model.safetensors');
  if (random.below(2) === 0)
    writeFileSync(config, hostileJson(readFileSync(config, 'utf8'), random));
  else writeFileSync(weights, hostileWeights(readFileSync(weights), random));
  const checkpoint = await openCheckpoint(folder);
  for (const name of checkpoint.names) await checkpoint.read(name);
  return null;
}

/** Damaged anywhere, or with a header that is well-formed and lies. */
function hostileWeights(bytes: Buffer, random: Random): Buffer {
  if (random.below(2) === 0) return hostileBytes(bytes, random);
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = Buffer.from(hostileJson(bytes.toString('utf8', 8, end), random));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(random.below(5) === 0 ? 2 ** 52 : header.length));
  return Buffer.concat([length, header, bytes.subarray(end)]);
}

function readTemplate(random: Random): string | null {
  const messages = [{ role: 'user', content: 'x' }];
  const limits = { ...JINJA_LIMITS, timeMs: 2000 };
  try {
    jinjaTemplate(hostileTemplate(random), limits)({ messages });
  } catch (error) {
    // Whatever a template throws is told with its name.
    if (!(error instanceof Error)) return `threw ${String(error)}`;
  }
  return null;
}

async function readArchive(random: Random): Promise<null> {
  const text = Buffer.from(random.pick(realFiles).text.slice(0, 100_000));
  const bomb = Buffer.alloc(random.below(2) === 0 ? 200_000_000 : 1000, 'x');
  const packed = random.pick([
    () => gzipSync(text),
    () => gzipSync(gzipSync(bomb)),
    () => Buffer.from(zipSync({ 'a.json': text, '../../b.jsonl': text, constructor: text })),
    () => Buffer.from(zipSync({ 'a.json': gzipSync(bomb), 'c.zip': zipSync({ 'a.json': text }) })),
    () => Buffer.from(`\ufeff${text.toString()}`, 'utf16le'),
  ])();
  const bytes = random.below(4) === 0 ? packed : hostileBytes(packed, random);
  const reader = {
    size: bytes.length,
    read: (offset: number, length: number) =>
      Promise.resolve(bytes.subarray(offset, offset + length)),
  };
  for await (const content of readTexts(reader, 'file', 50_000_000))
    if ('text' in content) parse(content.text);
  return null;
}

function readGgufFile(random: Random, folder: string): null {
  const file = path.join(folder, 'a.gguf');
  const metadata = {
    'general.architecture': { text: 'llama' },
    'llama.block_count': { u32: random.pick([1, 0, 2 ** 31]) },
    'tokenizer.ggml.tokens': { texts: ['a', 'b', '\0'] },
  };
  const tensor = {
    shape: [2, 3],
    type: random.pick([0, 1, 2, 99]),
    bytes: floats([1, 2, 3, 4, 5, 6]),
  };
  writeGguf(file, metadata, { 'token_embd.weight': tensor });
  writeFileSync(file, hostileBytes(readFileSync(file), random));
  readGguf(file);
  return null;
}

async function readTokenizer(random: Random, folder: string): Promise<string | null> {
  const from = path.join(await shared, 'tok');
  cpSync(from, path.join(folder, 'tok'), { recursive: true });
  const file = path.join(folder, 'tok/tokenizer.json');
  writeFileSync(file, hostileJson(readFileSync(file, 'utf8'), random));
  writeFileSync(path.join(folder, 'a.react'), 'Thought: look around\nAction: go\nObservation: a\n');
  const { code, stderr } = await deepcoderIn(folder).run('tokens', 'a.react', '--tokenizer', 'tok');
  const isTold = code === 0 || ((code === 2 || code === 3) && stderr.trim() !== '');
  return isTold ? null : `tokens ended with ${String(code)}: ${stderr}`;
}
