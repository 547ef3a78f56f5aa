import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { httpService } from '../../trainer/src/http/httpService.ts';
import { servedScorer } from '../../trainer/src/scoring/served/servedScorer.ts';
import { sglangServer } from '../../trainer/src/scoring/served/sglang.ts';
import { encodeScores } from '../../trainer/src/scoring/scoreRecord.ts';
import type { ScoreRequest, TokenScorer } from '../../trainer/src/scoring/tokenScorer.ts';
import type { Bench, BenchContext, BenchParts, BenchRow } from './bench.ts';
import { peakResidentBytes } from './residentMemory.ts';

const K = 64;
const MB = 2 ** 20;

export const teacherBenches: Bench[] = [{ name: 'teachers over HTTP', run: teachers }];

export const teacherParts: BenchParts = { 'teacher rate': rate, 'teacher memory': memory };

async function teachers({ part }: BenchContext): Promise<BenchRow[]> {
  const { share } = await part('teacher rate');
  const { peakMb, coreShare } = await part('teacher memory');
  return [
    {
      name: 'requests a second / (concurrency / 20 ms)',
      value: share ?? 0,
      unit: '',
      atLeast: 0.95,
    },
    {
      name: 'peak memory, 1,000 samples of 4,096 tokens',
      value: peakMb ?? Infinity,
      unit: 'MB',
      atMost: 300,
    },
    {
      name: 'share of a core that 10,000 tokens/s take',
      value: coreShare ?? Infinity,
      unit: '',
      atMost: 0.1,
    },
  ];
}

/** Requests a second, as a share of what a server that answers in 20 ms could give. */
async function rate(): Promise<Record<string, number>> {
  const [concurrency, delayMs, count] = [16, 20, 1600];
  const { scorer, stop } = await openCanned({ concurrency, delayMs });
  const asked = requests(count, 64);
  await scorer.score(asked.slice(0, 64));
  const began = performance.now();
  await scorer.score(asked);
  const seconds = (performance.now() - began) / 1000;
  stop();
  return { share: count / seconds / (concurrency / (delayMs / 1000)) };
}

/** Memory and processor time of scoring, encoding for the cache included. */
async function memory(): Promise<Record<string, number>> {
  const [count, length] = [Number(process.env['DEEPCODER_BENCH_SAMPLES'] ?? 1000), 4096];
  const { scorer, stop } = await openCanned({ concurrency: 16, delayMs: 0 });
  const [sample] = requests(1, length);
  if (sample === undefined) throw new Error('no sample');
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next++ < count) {
      const [scores] = await scorer.score([sample]);
      if (scores !== undefined) encodeScores(scores, { k: K, vocabSize: 1000 });
    }
  };
  const before = process.cpuUsage();
  const peak = await peakResidentBytes(() => Promise.all(Array.from({ length: 16 }, worker)));
  const { user, system } = process.cpuUsage(before);
  stop();
  const secondsEach = (user + system) / 1e6 / (count * length);
  return { peakMb: peak / MB, coreShare: secondsEach * 10_000 };
}

function requests(count: number, length: number): ScoreRequest[] {
  const ids = Int32Array.from({ length }, (_, at) => 100 + (at % 800));
  const offsets = Int32Array.from({ length: length - 1 }, (_, at) => at + 1);
  return Array.from({ length: count }, (_, at) => ({ key: `s${at}`, ids, offsets }));
}

async function openCanned({
  concurrency,
  delayMs,
}: {
  concurrency: number;
  delayMs: number;
}): Promise<{ scorer: TokenScorer; stop: () => void }> {
  const program = path.resolve('test/bench/cannedTeacher.mjs');
  const child = spawn(process.execPath, [program, String(delayMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${port.toString().trim()}`;
  const service = httpService({
    role: 'teacher',
    url,
    apiKey: null,
    timeoutMs: 60_000,
    retries: 2,
  });
  const scorer = servedScorer({
    server: sglangServer(service),
    identity: { name: 'canned', fingerprint: 'f' },
    k: K,
    ...{ concurrency, maxTokensInFlight: 32_768, isToken: () => true },
  });
  return { scorer, stop: () => child.kill() };
}
