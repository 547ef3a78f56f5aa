import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, batchesPerEpoch } from '../../../trainer/src/data/batches.ts';
import { ALL } from '../../../trainer/src/data/deal.ts';
import { createSampler } from '../../../trainer/src/data/sampler.ts';
import { chooseTargetBuckets, targetSlots } from '../../../trainer/src/data/targetBuckets.ts';
import type { Batch, BatchOptions } from '../../../trainer/src/data/types.ts';
import type { Sample } from '../../../trainer/src/data/sample.ts';

const WEIGHTS = { reasoning: 1, action: 1, observation: 0, other: 0, labels: 1 };

/** Sample n holds ids n*1000, n*1000+1, ... so that every token tells where it comes from. */
function makeSample(n: number, length: number): Sample {
  const kinds = Uint8Array.from({ length }, (_, t) => (n + t * 7) % 5);
  return {
    ...{ id: `s${n}`, record: `r${n}`, source: 'test' },
    ids: Int32Array.from({ length }, (_, t) => n * 1000 + t),
    kinds,
    glue: Uint8Array.from({ length }, (_, t) => (t % 3 === 0 ? 1 : 0)),
    tokensPerKind: [0, 1, 2, 3, 4].map((kind) => kinds.filter((k) => k === kind).length),
  };
}

const arbitrary = {
  samples: fc
    .array(fc.integer({ min: 2, max: 20 }), { minLength: 1, maxLength: 60 })
    .map((lengths) => lengths.map((length, n) => makeSample(n, length))),
  options: fc.record({
    rows: fc.integer({ min: 1, max: 4 }),
    length: fc.integer({ min: 20, max: 50 }),
    seed: fc.nat(1000),
    epoch: fc.nat(5),
    packing: fc.boolean(),
    weights: fc.constant(WEIGHTS),
  }),
};

const check = (property: (samples: Sample[], options: BatchOptions) => void, numRuns = 150): void =>
  fc.assert(fc.property(arbitrary.samples, arbitrary.options, property), { seed: 4, numRuns });

/** [sample, offset] of every token of a batch that is no padding, read from the ids. */
function tokensOf({ ids, segments }: Batch): string[] {
  return [...ids].flatMap((id, i) => (segments[i]! < 0 ? [] : [`${id}`]));
}

describe('batches', () => {
  it('give every token of every sample once, in rows of the asked shape', () => {
    check((samples, options) => {
      const all = [...batches(samples, options)];
      for (const batch of all) {
        const size = options.rows * options.length;
        expect([batch.rows, batch.length]).toEqual([options.rows, options.length]);
        for (const part of [batch.ids, batch.positions, batch.segments]) {
          expect(part.length).toBe(size);
        }
      }
      const expected = samples.flatMap(({ ids }) => [...ids].map(String));
      expect(all.flatMap(tokensOf).sort()).toEqual(expected.sort());
    });
  });

  it('keep samples whole: one segment each, positions from 0', () => {
    check((samples, options) => {
      for (const { ids, positions, segments, rows, length } of batches(samples, options)) {
        for (let row = 0; row < rows; row++) {
          const at = (t: number): number => row * length + t;
          for (let t = 0; t < length && segments[at(t)]! >= 0; t++) {
            expect(positions[at(t)]).toBe(ids[at(t)]! % 1000);
            const isFirst = t === 0 || segments[at(t)] !== segments[at(t - 1)];
            expect(positions[at(t)] === 0).toBe(isFirst);
            if (!isFirst) expect(ids[at(t)]).toBe(ids[at(t - 1)]! + 1);
          }
          if (!(options.packing ?? true))
            expect(segments.slice(at(0), at(length))).not.toContain(1);
        }
      }
    });
  });

  it('ask each position for the token after it, and for no other', () => {
    check((samples, options) => {
      for (const { ids, segments, targets } of batches(samples, options)) {
        const seen = new Set<number>();
        for (let slot = 0; slot < targets.count; slot++) {
          const index = targets.index[slot]!;
          const sample = samples[targets.sample[slot]!]!;
          const offset = targets.offset[slot]!;
          expect(targets.label[slot]).toBe(ids[index + 1]);
          expect(segments[index]).toBe(segments[index + 1]);
          expect(targets.label[slot]).toBe(sample.ids[offset]);
          expect(targets.kind[slot]).toBe(sample.kinds[offset]);
          expect(targets.glue[slot]).toBe(sample.glue[offset]);
          seen.add(index);
        }
        expect(seen.size).toBe(targets.count);
        // The naive oracle: every token of a supervised kind that is not the first of its sample.
        const wanted = [...ids].filter((id, i) => {
          const kind = segments[i]! < 0 ? 0 : samples[Math.floor(id / 1000)]!.kinds[id % 1000]!;
          return id % 1000 !== 0 && (kind === 1 || kind === 2);
        });
        expect(targets.count).toBe(wanted.length);
        expect([...targets.kind.slice(targets.count)].every((kind) => kind === 0)).toBe(true);
        expect([...targets.sample.slice(targets.count)].every((sample) => sample === -1)).toBe(
          true,
        );
      }
    });
  });

  it('are the same for the same seed and epoch, and others for another', () => {
    const samples = Array.from({ length: 40 }, (_, n) => makeSample(n, 2 + (n % 9)));
    const options: BatchOptions = { rows: 2, length: 24, seed: 7, epoch: 0, weights: WEIGHTS };
    const ids = (rest: Partial<BatchOptions>): number[] =>
      [...batches(samples, { ...options, ...rest })].flatMap((batch) => [...batch.ids]);
    expect(ids({})).toEqual(ids({}));
    expect(ids({ epoch: 1 })).not.toEqual(ids({}));
    expect(ids({ seed: 8 })).not.toEqual(ids({}));
  });

  it('begin anywhere in the epoch', () => {
    check((samples, options) => {
      const all = [...batches(samples, options)];
      expect(batchesPerEpoch(samples, options)).toBe(all.length);
      const start = Math.floor(all.length / 2);
      expect([...batches(samples, { ...options, start })]).toEqual(all.slice(start));
    }, 40);
  });

  it('go from easy to hard when asked to', () => {
    const samples = Array.from({ length: 30 }, (_, n) => makeSample(n, 4));
    const complexity = (_: Sample, index: number): number => (index * 13) % 30;
    const options = { rows: 1, length: 4, seed: 1, epoch: 0, weights: WEIGHTS, complexity };
    const scores = [...batches(samples, options)].map(({ ids }) =>
      complexity(samples[0]!, ids[0]! / 1000),
    );
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
  });

  it('fill rows well', () => {
    const samples = Array.from({ length: 400 }, (_, n) => makeSample(n, 2 + ((n * 37) % 60)));
    const options = { rows: 1, length: 128, seed: 1, epoch: 0, weights: WEIGHTS };
    const tokens = samples.reduce((sum, { ids }) => sum + ids.length, 0);
    const share = tokens / (batchesPerEpoch(samples, options) * 128);
    expect(share).toBeGreaterThan(0.97);
  });

  it('refuse a sample that no row can hold', () => {
    const options = { rows: 1, length: 4, seed: 1, epoch: 0, weights: WEIGHTS };
    expect(() => [...batches([makeSample(0, 5)], options)]).toThrow(
      expect.objectContaining({ code: 'sample-too-long', exitCode: 3 }) as Error,
    );
  });
});

describe('createSampler', () => {
  it('goes on from any position, also over the end of an epoch, with the very batches', () => {
    check((samples, options) => {
      const now = (): number => 0;
      const straight = createSampler(samples, { ...options, deal: ALL, now });
      const all = straight.window(7).map(({ batch }) => batch);
      const first = createSampler(samples, { ...options, deal: ALL, now });
      const before = first.window(3).map(({ batch }) => batch);
      const saved = JSON.parse(JSON.stringify(first.position())) as {
        epoch: number;
        index: number;
      };
      const second = createSampler(samples, { ...options, deal: ALL, now, position: saved });
      const after = second.window(4).map(({ batch }) => batch);
      expect([...before, ...after]).toEqual(all);
      expect(second.position()).toEqual(straight.position());
    }, 40);
  });

  it('tells the time it took', () => {
    let clock = 0;
    const options = {
      rows: 1,
      length: 8,
      seed: 1,
      weights: WEIGHTS,
      now: () => (clock += 5),
      deal: ALL,
    };
    const sampler = createSampler([makeSample(0, 4)], options);
    sampler.window(1);
    sampler.window(1);
    expect(sampler.timeMs()).toBe(10);
  });
});

describe('target slots', () => {
  it.each([
    [0, 1000, undefined, 16],
    [16, 1000, undefined, 16],
    [17, 1000, undefined, 32],
    [900, 1000, undefined, 960],
    [980, 1000, undefined, 1000],
    [90, 1000, [64, 128], 128],
    [129, 1000, [64, 128], 144],
    [90, 100, [64, 128], 100],
  ])('%i of %i with buckets %j: %i', (count, most, buckets, slots) => {
    expect(targetSlots(count, most, buckets)).toBe(slots);
  });

  it('come in few sizes and waste little', () => {
    const sizes = new Set<number>();
    for (let count = 1; count <= 4096; count++) {
      const size = targetSlots(count, 4096);
      sizes.add(size);
      // A step of a quarter, and what rounding to a multiple of 16 adds.
      expect(size).toBeLessThanOrEqual(count * 1.25 + 32);
    }
    expect(sizes.size).toBeLessThan(25);
  });

  it('are chosen so that one epoch fits and the next ones mostly do', () => {
    const samples = Array.from({ length: 300 }, (_, n) => makeSample(n, 2 + ((n * 37) % 60)));
    const options = { rows: 2, length: 128, seed: 1, epoch: 0, weights: WEIGHTS };
    const buckets = chooseTargetBuckets(samples, options, 2);
    expect(buckets.length).toBeLessThanOrEqual(2);
    const slots = [0, 1, 2].flatMap((epoch) =>
      [...batches(samples, { ...options, epoch, targetBuckets: buckets })].map(
        ({ targets }) => targets.index.length,
      ),
    );
    expect(new Set(slots).size).toBeLessThanOrEqual(3);
    expect(slots.filter((size) => buckets.includes(size)).length / slots.length).toBeGreaterThan(
      0.95,
    );
  });
});
