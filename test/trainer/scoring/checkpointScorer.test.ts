import { expect, it } from 'vitest';
import { uploaded } from '../../../trainer/src/engine/uploaded.ts';
import { checkpointScorer } from '../../../trainer/src/scoring/checkpointScorer.ts';
import type { ScoreRequest, TokenScorer } from '../../../trainer/src/scoring/tokenScorer.ts';
import { maxDifference, openReference, random } from '../../support/executors.ts';
import { matMulT, plainHiddenStates } from '../../support/plainDecoder.ts';
import { plainWeights, TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';

const V = TINY_DECODER.vocabSize;
const parameters = tinyParameters(TINY_DECODER);

async function openScorer(k: number): Promise<TokenScorer> {
  const executor = await openReference();
  return checkpointScorer({
    executor,
    teacher: {
      model: TINY_DECODER,
      lora: null,
      state: {},
      frozen: uploaded(executor, parameters),
    },
    identity: { name: 'tiny', fingerprint: 'f' },
    shape: { rows: 2, length: 12 },
    ...{ k, temperature: 1, vocabSize: V, leftOut: [] },
  });
}

function requests(lengths: readonly number[]): ScoreRequest[] {
  const next = random(5);
  return lengths.map((length, at) => ({
    key: `s${at}`,
    ids: Int32Array.from({ length }, () => Math.floor(next() * V)),
    offsets: Int32Array.from({ length: length - 1 }, (_, i) => i + 1).filter(
      (offset) => (offset + at) % 3 !== 0,
    ),
  }));
}

it('scores each sample as an oracle that reads it alone, however samples fall into passes', async () => {
  const scorer = await openScorer(4);
  // 12 fills a row; 7 and 6 do not fit one; the last need a third pass.
  const asked = requests([12, 7, 6, 3, 2, 9, 12, 12]);
  const all = await scorer.score(asked);
  expect(all).toHaveLength(asked.length);
  for (const [at, { ids, offsets }] of asked.entries()) {
    const logits = logitsOf([...ids]);
    const scores = all[at]!;
    expect(scores.labelLogp).toHaveLength(offsets.length);
    for (const [row, offset] of offsets.entries()) {
      const logps = logSoftmax(logits[offset - 1]!);
      const order = logps.map((_, id) => id).sort((a, b) => logps[b]! - logps[a]!);
      expect([...scores.ids.subarray(row * 4, row * 4 + 4)]).toEqual(order.slice(0, 4));
      const top = order.slice(0, 4).map((id) => logps[id]!);
      expect(maxDifference(scores.logps.subarray(row * 4, row * 4 + 4), top)).toBeLessThan(1e-4);
      expect(scores.labelLogp[row]).toBeCloseTo(logps[ids[offset]!]!, 4);
      const tail = 1 - top.reduce((sum, logp) => sum + Math.exp(logp), 0);
      expect(Math.exp(scores.tailLogp[row]!)).toBeCloseTo(tail, 5);
    }
  }
  await scorer.close();
});

it('stops between passes when it is aborted', async () => {
  const scorer = await openScorer(2);
  await expect(
    scorer.score(requests([12]), AbortSignal.abort(new Error('enough'))),
  ).rejects.toThrow('enough');
  await scorer.close();
});

function logitsOf(ids: number[]): Float64Array[] {
  const weights = plainWeights(parameters);
  const positions = ids.map((_, at) => at);
  const starts = ids.map(() => 0);
  const hidden = plainHiddenStates(weights, TINY_DECODER, { ids, positions, starts });
  return matMulT(hidden, weights['model.embed_tokens.weight']!);
}

function logSoftmax(logits: Float64Array): number[] {
  const most = Math.max(...logits);
  const sum = Math.log(logits.reduce((total, z) => total + Math.exp(z - most), 0));
  return Array.from(logits, (z) => z - most - sum);
}
