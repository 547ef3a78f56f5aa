import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '@deepcoder/config';
import { openTokenizer } from '../../trainer/src/data/openTokenizer.ts';
import { checkpointScorer } from '../../trainer/src/scoring/checkpointScorer.ts';
import { decodeScores, encodeScores } from '../../trainer/src/scoring/scoreRecord.ts';
import { openServedTeacher } from '../../trainer/src/scoring/served/openServed.ts';
import { loadTeacher } from '../../trainer/src/scoring/teacherCheckpoint.ts';
import { openCheckpoint } from '../../trainer/src/checkpoint/openCheckpoint.ts';
import type { ScoreRequest } from '../../trainer/src/scoring/tokenScorer.ts';
import { openOnnx } from '../support/executors.ts';

/** A running vLLM, and the checkpoint folder that it serves in float32: `node test/reference/vllm.mjs`. */
const URL = process.env['DEEPCODER_VLLM_URL'];
const MODEL = process.env['DEEPCODER_VLLM_MODEL'];

const K = 64;
/** Two float32 programs that add in another order: 9e-5 between vLLM and transformers at this model. */
const ORDER_NATS = 5e-4;
/** f16 keeps 11 bits. */
const HALF = 2 ** -11;

const TEXTS = [
  'The capital of France is Paris. The capital of Italy is Rome.',
  'Thought: The locker is closed, so I open it.\nAction: open locker\nObservation: It is empty.\n',
  'def mean(values):\n    return sum(values) / len(values)\n\nprint(mean([1, 2, 3]))  # gives 2.0\n',
  '多语言文本 — naïve café, 3,417 crates; ¿qué?',
];

test(
  'a real vLLM, a local checkpoint and the cache give the same scores',
  {
    timeout: 1_800_000,
  },
  async ({ skip }) => {
    if (URL === undefined || MODEL === undefined) {
      return skip('needs a running vLLM: node test/reference/vllm.mjs');
    }
    const tokenizer = await openTokenizer(MODEL);
    const requests: ScoreRequest[] = [];
    for (const [at, text] of TEXTS.entries()) {
      const { ids } = await tokenizer.encode(text);
      const offsets = Int32Array.from({ length: ids.length - 1 }, (_, i) => i + 1);
      requests.push({ key: `s${at}`, ids, offsets });
    }

    const served = await openServedTeacher({
      config: await configFor(URL),
      cwd: process.cwd(),
      tokenizer,
    });
    if (served === null) throw new Error('the config names no server');
    const theirs = await served.scorer.score(requests);

    const executor = await openOnnx();
    const checkpoint = await openCheckpoint(path.resolve(MODEL));
    const local = checkpointScorer({
      executor,
      teacher: await loadTeacher(executor, { folder: MODEL, checkpoint }),
      identity: { name: 'local', fingerprint: 'f' },
      shape: { rows: 1, length: 128 },
      ...{ k: K, temperature: 1, vocabSize: tokenizer.vocabSize, leftOut: [] },
    });
    const ours = await local.score(requests);
    const allowed = ORDER_NATS + served.noiseNats;
    let worst = 0;
    for (const [at, { offsets }] of requests.entries()) {
      const [own, other] = [ours[at]!, theirs[at]!];
      const cached = decodeScores(encodeScores(other, { k: K, vocabSize: tokenizer.vocabSize }), {
        rows: offsets.length,
        k: K,
      });
      for (let row = 0; row < offsets.length; row++) {
        worst = Math.max(worst, Math.abs(own.labelLogp[row]! - other.labelLogp[row]!));
        const logps = new Map(
          [...own.ids.subarray(row * K, (row + 1) * K)].map((id, i) => [
            id,
            own.logps[row * K + i]!,
          ]),
        );
        const least = Math.min(...logps.values());
        for (let i = 0; i < K; i++) {
          const [id, logp] = [other.ids[row * K + i]!, other.logps[row * K + i]!];
          // At the edge of the top k, tokens of nearly equal probability may change places.
          const expected = logps.get(id) ?? least;
          worst = Math.max(worst, Math.abs(logp - expected));
          expect(Math.abs(cached.logps[row * K + i]! - expected)).toBeLessThan(
            allowed + HALF * Math.abs(expected),
          );
        }
        expect(Math.exp(cached.tailLogp[row]!)).toBeCloseTo(Math.exp(own.tailLogp[row]!), 3);
      }
    }
    process.stdout.write(
      `vLLM ${served.facts.version ?? ''}: largest difference ${worst.toExponential(2)} nats, noise ${served.noiseNats.toExponential(2)}\n`,
    );
    expect(worst).toBeLessThan(allowed);
  },
);

async function configFor(url: string) {
  const { config } = await loadConfig({
    path: 'fast',
    readText: () => '',
    env: {},
    set: [
      ...['data.train=[a]', 'data.max_length=512', 'student.model=m', 'student.architecture=null'],
      ...['teacher.type=vllm', `teacher.url=${url}`, `teacher.top_k=${K}`, 'teacher.concurrency=2'],
      'teacher.timeout=290',
    ],
  });
  if (config === null) throw new Error('the config of the test does not load');
  return config;
}
