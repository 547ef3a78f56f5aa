import { createHash } from 'node:crypto';
import type { TeacherReading } from '../../data/sample.ts';
import type { ScoreRequest, TokenScorer, TokenScores } from '../tokenScorer.ts';
import { type AlignedRows, alignedRows } from './alignedRows.ts';
import { byteParts } from './byteParts.ts';
import { groupLogps } from './groupLogps.ts';
import type { TokenTranslation } from './tokenTranslation.ts';

interface AlignedOptions {
  translation: TokenTranslation;
  /** Longer texts are not shown to the teacher, and their tokens are left to their labels. */
  maxLength: number;
}

/**
 * A scorer of the student's tokens by a teacher with another tokenizer, through the samples' readings. A token
 * that is one token to both has the teacher's distribution, over those of its tokens that are tokens of the
 * student too; the rest is in the tail. Tokens of a pair that is cut otherwise have their own probability and
 * the rest as the tail: their logarithms sum to what the teacher gives the pair. Tokens without a pair have rows
 * in which nothing has a probability.
 */
export function alignedScorer(
  inner: TokenScorer,
  { translation, maxLength }: AlignedOptions,
): TokenScorer {
  const k = Math.min(inner.k, translation.ownCount);
  return {
    identity: {
      name: inner.identity.name,
      fingerprint: createHash('sha256')
        .update(`${inner.identity.fingerprint}\nbytes\n${translation.fingerprint}`)
        .digest('hex')
        .slice(0, 32),
    },
    k,
    temperature: 1,
    concurrency: inner.concurrency,
    async score(requests, signal) {
      const readings = requests.map((request) =>
        (request.readings ?? []).filter(({ ids }) => ids.length <= maxLength),
      );
      const asked = requests.flatMap(({ key }, at) =>
        readings[at]!.map((reading, i) => readingRequest(`${key}/${i}`, reading)),
      );
      const answers = await inner.score(asked, signal);
      let next = 0;
      return requests.map((request, at) => {
        const rows = alignedRows(request.offsets.length, { k, translation });
        for (const reading of readings[at]!) {
          const scores = answers[next++]!;
          fillRows(rows, { request, reading, scores, translation, k: inner.k });
        }
        return rows.scores;
      });
    },
    close: () => inner.close(),
  };
}

/** What the teacher is asked: all its tokens that are in a pair. */
function readingRequest(key: string, { ids, pairs }: TeacherReading): ScoreRequest {
  const offsets: number[] = [];
  for (let pair = 0; pair < pairs.length; pair += 4) {
    for (let token = pairs[pair + 2]!; token < pairs[pair + 3]!; token++) offsets.push(token);
  }
  return { key, ids, offsets: Int32Array.from(offsets) };
}

interface Filling {
  request: ScoreRequest;
  reading: TeacherReading;
  /** Of the reading's tokens that are in pairs, in order. */
  scores: TokenScores;
  translation: TokenTranslation;
  /** Cells of the teacher's rows. */
  k: number;
}

function fillRows(rows: AlignedRows, { request, reading, scores, translation, k }: Filling): void {
  const rowOf = new Map(Array.from(request.offsets, (offset, row) => [offset, row]));
  const { pairs } = reading;
  let first = 0;
  const fillPart = (from: number, own: Int32Array, theirs: Int32Array): void => {
    if (own.length === 1 && theirs.length === 1) {
      const row = rowOf.get(from);
      const label = { own: own[0]!, theirs: theirs[0]! };
      if (row !== undefined) rows.putRow(row, { scores, row: first, k, label });
      return;
    }
    const logps = groupLogps(own, theirs, { scores, first, k, translation });
    logps?.forEach((logp, token) => {
      const row = rowOf.get(from + token);
      if (row !== undefined) rows.putLabel(row, own[token]!, logp);
    });
  };
  for (let at = 0; at < pairs.length; at += 4) {
    let from = pairs[at]!;
    const own = request.ids.subarray(from, pairs[at + 1]);
    const theirs = reading.ids.subarray(pairs[at + 2], pairs[at + 3]);
    for (const part of byteParts(own, theirs, translation)) {
      fillPart(from, part.own, part.theirs);
      from += part.own.length;
      first += part.theirs.length;
    }
  }
}
