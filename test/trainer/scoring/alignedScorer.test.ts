import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairTokens } from '../../../trainer/src/data/align/pairTokens.ts';
import type { TeacherReading } from '../../../trainer/src/data/sample.ts';
import { alignedScorer } from '../../../trainer/src/scoring/aligned/alignedScorer.ts';
import { LOGP_FLOOR } from '../../../trainer/src/scoring/scoreRecord.ts';
import type { TokenScorer, TokenScores } from '../../../trainer/src/scoring/tokenScorer.ts';
import { tokenTranslation } from '../../../trainer/src/scoring/aligned/tokenTranslation.ts';
import type { Tokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { random } from '../../support/executors.ts';
import { hashModel, topOf } from '../../support/servers/hashModel.ts';
import { byteTokenizer } from '../tokenizer/byteTokenizer.ts';

const K = 6;

/** A teacher whose distributions are those of a hash of what is before. */
function hashScorer(vocabSize: number): TokenScorer {
  const model = hashModel(vocabSize);
  return {
    ...{ identity: { name: 'hash', fingerprint: 'h' }, k: K, temperature: 1, concurrency: 1 },
    score: (requests) =>
      Promise.resolve(
        requests.map(({ ids, offsets }): TokenScores => {
          const rows = Array.from(offsets, (offset) => {
            const logps = model.logps(ids, offset);
            const top = topOf(logps, K);
            const kept = top.logps.reduce((sum, logp) => sum + Math.exp(logp), 0);
            return { top, tail: Math.log(1 - kept), label: logps[ids[offset]!]! };
          });
          return {
            ids: Uint32Array.from(rows.flatMap(({ top }) => top.ids)),
            logps: Float32Array.from(rows.flatMap(({ top }) => top.logps)),
            tailLogp: Float32Array.from(rows, ({ tail }) => tail),
            labelLogp: Float32Array.from(rows, ({ label }) => label),
          };
        }),
      ),
    close: () => Promise.resolve(),
  };
}

/** A BPE that has merged some random pairs of a few letters. */
async function someBpe(seed: number, count: number): Promise<Tokenizer> {
  const next = random(seed);
  const tokens = ['a', 'b', 'c', 'Ġ', 'Ã', '©'];
  const merges: string[] = [];
  while (merges.length < count) {
    const [left, right] = [0, 1].map(() => tokens[Math.floor(next() * tokens.length)]!);
    const merge = `${left} ${right}`;
    const made = `${left}${right}`;
    if (tokens.includes(made) || made.length > 6) continue;
    merges.push(merge);
    tokens.push(made);
  }
  return byteTokenizer({ merges, special: ['<end>'] });
}

async function align(student: Tokenizer, teacher: Tokenizer, text: string) {
  const [own, theirs] = await Promise.all([student.encode(text), teacher.encode(text)]);
  const whole = { own: 0, theirs: 0, length: text.length };
  const pairs = pairTokens(whole, own.offsets, theirs.offsets)
    // Nothing predicts a first token.
    .filter(({ theirsFirst }) => theirsFirst > 0);
  const reading: TeacherReading = {
    ids: theirs.ids,
    pairs: Int32Array.from(
      pairs.flatMap(({ ownFirst, ownEnd, theirsFirst, theirsEnd }) => [
        ownFirst,
        ownEnd,
        theirsFirst,
        theirsEnd,
      ]),
    ),
  };
  const translation = tokenTranslation(student, teacher, new Map());
  const inner = hashScorer(teacher.vocabSize);
  const offsets = Int32Array.from({ length: own.ids.length - 1 }, (_, i) => i + 1);
  const request = { key: 's', ids: own.ids, offsets, readings: [reading] };
  const scorer = alignedScorer(inner, { translation, maxLength: 1e6 });
  const [scores] = await scorer.score([request]);
  const all = Int32Array.from({ length: theirs.ids.length - 1 }, (_, i) => i + 1);
  const [plain] = await inner.score([{ key: 't', ids: theirs.ids, offsets: all }]);
  return { own, theirs, pairs, scores: scores!, plain: plain!, translation, scorer, request };
}

const words = fc
  .array(fc.constantFrom('a', 'b', 'c', ' ', 'é'), { minLength: 3, maxLength: 40 })
  .map((letters) => letters.join(''));

describe('two random byte pair encodings of one text', () => {
  test('probabilities of the pieces multiply to what the teacher gives the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.nat(1e6), words, async (one, other, text) => {
        const [student, teacher] = await Promise.all([someBpe(one, 12), someBpe(other, 12)]);
        const { pairs, scores, plain } = await align(student, teacher, text);
        for (const { ownFirst, ownEnd, theirsFirst, theirsEnd } of pairs) {
          if (ownFirst === 0) continue;
          const sum = (logps: Float32Array, from: number, end: number): number =>
            logps.subarray(from - 1, end - 1).reduce((total, logp) => total + logp, 0);
          const whole = sum(plain.labelLogp, theirsFirst, theirsEnd);
          expect(sum(scores.labelLogp, ownFirst, ownEnd)).toBeCloseTo(whole, 3);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('each row is a distribution over different tokens of the student, or says nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.nat(1e6), words, async (one, other, text) => {
        const [student, teacher] = await Promise.all([someBpe(one, 12), someBpe(other, 12)]);
        const { own, pairs, scores, translation } = await align(student, teacher, text);
        for (let row = 0; row < own.ids.length - 1; row++) {
          const ids = scores.ids.subarray(row * K, (row + 1) * K);
          expect(new Set(ids).size).toBe(K);
          expect([...ids].every((id) => translation.isToken(id))).toBe(true);
          const isPaired = pairs.some(
            ({ ownFirst, ownEnd }) => ownFirst <= row + 1 && row + 1 < ownEnd,
          );
          const logps = scores.logps.subarray(row * K, (row + 1) * K);
          const mass = logps.reduce((sum, logp) => sum + Math.exp(logp), 0);
          const tail = Math.exp(scores.tailLogp[row]!);
          expect(mass + tail).toBeCloseTo(isPaired ? 1 : 0, 5);
          if (!isPaired) expect(scores.tailLogp[row]).toBe(LOGP_FLOOR);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('with one tokenizer for both, rows are the teacher’s own', async () => {
    const tokenizer = await someBpe(3, 12);
    const { scores, plain } = await align(tokenizer, tokenizer, 'abc cab bé acc aab ccé');
    expect([...scores.ids]).toEqual([...plain.ids]);
    for (const part of ['logps', 'tailLogp', 'labelLogp'] as const) {
      plain[part].forEach((value, at) => expect(scores[part][at]).toBeCloseTo(value, 5));
    }
  });
});

test('a token that ends a turn means the teacher’s own, whatever it is called', async () => {
  const student = await byteTokenizer({ special: ['<|eot|>'] });
  const teacher = await byteTokenizer({ special: ['<|im_end|>', '<pad>'] });
  const [eot, end] = [student.idOf('<|eot|>')!, teacher.idOf('<|im_end|>')!];
  const translation = tokenTranslation(student, teacher, new Map([[eot, end]]));
  expect(translation.ownId(end)).toBe(eot);
  expect(translation.ownId(teacher.idOf('<pad>')!)).toBe(-1);
  expect(translation.ownId(teacher.idOf('a')!)).toBe(student.idOf('a'));
});

test('a text that is too long for the teacher is not shown to it', async () => {
  const tokenizer = await someBpe(3, 12);
  const { request, translation } = await align(tokenizer, tokenizer, 'abc cab bca');
  const inner = hashScorer(tokenizer.vocabSize);
  const asked: number[] = [];
  const counting: TokenScorer = {
    ...inner,
    score(requests) {
      asked.push(...requests.map(({ ids }) => ids.length));
      return inner.score(requests);
    },
  };
  const { length } = request.readings[0]!.ids;
  const short = alignedScorer(counting, { translation, maxLength: length - 1 });
  const [scores] = await short.score([request]);
  expect(asked).toEqual([]);
  expect([...scores!.tailLogp].every((tail) => tail === LOGP_FLOOR)).toBe(true);
});
