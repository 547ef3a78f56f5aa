import { expect, test } from 'vitest';
import type { Sequences } from '../../../trainer/src/inference/sequences.ts';
import { sequencePool } from '../../../trainer/src/serving/sequencePool.ts';

const PROMPT = Array.from({ length: 40 }, (_, id) => id);

/** Sequences that hold nothing. */
const sequences = {
  create: () => ({}),
  truncate: () => undefined,
  copy: () => Promise.resolve(),
} as unknown as Sequences;

test('a prompt that begins like one that is kept goes on behind it', async () => {
  const pool = sequencePool(sequences, 2);
  const first = (await pool.take('a', PROMPT))!;
  first.pooled.ids = [...PROMPT];
  pool.release(first.pooled);
  expect(await pool.take('a', [...PROMPT, 1, 2])).toMatchObject({ cached: 32 });
});

test.each([
  ['at rest', true],
  ['busy', false],
])(
  'what a forgotten adapter has computed is no prefix for the next of its name: %s',
  async (_, isAtRest) => {
    const pool = sequencePool(sequences, 2);
    const { pooled } = (await pool.take('adapter', PROMPT))!;
    pooled.ids = [...PROMPT];
    if (isAtRest) pool.release(pooled);
    pool.forget('adapter');
    if (!isAtRest) pool.release(pooled);
    expect(await pool.take('adapter', PROMPT)).toMatchObject({ cached: 0 });
  },
);
