import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { divergenceByName } from '../../../trainer/src/losses/divergenceByName.ts';
import type { Divergence } from '../../../trainer/src/losses/divergence.ts';
import { maxDifference, openOnnx, openReference, random } from '../../support/executors.ts';
import { numericGradient } from '../../support/gradients.ts';
import { DIVERGENCE_CASES, type DivergenceCase, PARAMETERS } from './support/divergences.ts';
import { columnOf, logitCase, type LossResult, runLoss, topOf } from './support/lossCase.ts';
import { cellsOf, type PlainTeacher } from './support/oracle.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

interface Drawn {
  logits: number[][];
  teachers: PlainTeacher[];
}

/** Students and teachers over 2 to 12 tokens, with 1 to all of them in the teacher's cells. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    seed: fc.integer(),
    vocabSize: fc.integer({ min: 2, max: 12 }),
    share: fc.constantFrom(0, 0.3, 0.7, 1),
    spread: fc.constantFrom(0.5, 2, 6),
  })
  .map(({ seed, vocabSize, share, spread }) => {
    const next = random(seed);
    const k = Math.max(1, Math.round(share * vocabSize));
    const numbers = (): number[] =>
      Array.from({ length: vocabSize }, () => Math.fround(spread * (2 * next() - 1)));
    const rows = [0, 1, 2, 3];
    return { logits: rows.map(numbers), teachers: rows.map(() => topOf(numbers(), k)) };
  });

const RUNS = { seed: 20260101, numRuns: 12 };

/** The teachers as the divergence is given them: without ids where it compares ranks. */
function fitting(divergence: Divergence, teachers: PlainTeacher[]): PlainTeacher[] {
  return divergence.cells === 'ranks'
    ? teachers.map((teacher) => ({ ...teacher, ids: null }))
    : teachers;
}

/** The divergence alone: its values and the gradients of the logits. */
async function evaluate(
  divergence: Divergence,
  { logits, teachers }: Drawn,
  executor = reference,
): Promise<{ values: number[]; gradients: number[][] }> {
  const given = logitCase(logits, fitting(divergence, teachers));
  const options = { kd: 1, temperature: 1, divergence, chunk: 100 };
  const result: LossResult = await runLoss(executor, given, options);
  const width = logits[0]!.length;
  return {
    values: columnOf(result, 'divergence'),
    gradients: logits.map((_, row) => [...result.dHidden.slice(row * width, (row + 1) * width)]),
  };
}

/** The oracle's value and gradient for one position. */
function plainly(
  { divergence, plain, frozen }: DivergenceCase,
  logits: number[],
  given: PlainTeacher,
): { value: number; gradient: Float64Array } {
  const [teacher] = fitting(divergence, [given]) as [PlainTeacher];
  const [p, q, hasTail] = cellsOf(logits, teacher);
  const around = frozen?.(p, q, hasTail) ?? plain;
  const gradient = numericGradient((z) => {
    const [pz, qz] = cellsOf([...z], teacher);
    return around(pz, qz, hasTail);
  }, logits);
  return { value: plain(p, q, hasTail), gradient };
}

describe.each(DIVERGENCE_CASES)('$name', (each) => {
  const { divergence } = each;

  it('is at least 0 and has the value and the gradient of its formula', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (input) => {
        const { values, gradients } = await evaluate(divergence, input);
        input.logits.forEach((logits, row) => {
          const { value, gradient } = plainly(each, logits, input.teachers[row]!);
          expect(value).toBeGreaterThan(-1e-12);
          expect(values[row]).toBeGreaterThan(-1e-6);
          expect(maxDifference([values[row]!], [value])).toBeLessThan(2e-6);
          expect(maxDifference(gradients[row]!, gradient)).toBeLessThan(1e-6);
        });
      }),
      RUNS,
    );
  });

  it('is 0 with gradient 0 at p = q, in f32 on both executors', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ logits, teachers }) => {
        const k = teachers[0]!.logp.length;
        const same = { logits, teachers: logits.map((row) => topOf(row, k)) };
        for (const executor of [reference, onnx]) {
          const { values, gradients } = await evaluate(divergence, same, executor);
          expect(Math.max(...values.map(Math.abs))).toBeLessThan(1e-6);
          expect(Math.max(...gradients.flat().map(Math.abs))).toBeLessThan(1e-6);
        }
      }),
      { ...RUNS, numRuns: 4 },
    );
  });

  it('is not 0 where p and q differ', async () => {
    const input = {
      logits: [[2, 1, 0, -1, -1.5]],
      teachers: [topOf([-1, 0.5, 2.2, 1, -2], 3)],
    };
    const { values, gradients } = await evaluate(divergence, input);
    expect(values[0]).toBeGreaterThan(0.01);
    expect(Math.max(...gradients.flat().map(Math.abs))).toBeGreaterThan(0.01);
  });

  it('sees how much mass the tail has', async () => {
    const logits = [[1, 0.2, -0.3, 0.4, -1, 0.1]];
    const [teacher] = [topOf([2, 1, 0, -1, -1.2, -2], 3)];
    const heavy: PlainTeacher = {
      ids: teacher.ids,
      logp: teacher.logp.map((logp) => logp + Math.log(0.6)),
      tailLogp: Math.log(1 - 0.6 * teacher.logp.reduce((sum, logp) => sum + Math.exp(logp), 0)),
    };
    const one = await evaluate(divergence, { logits, teachers: [teacher] });
    const two = await evaluate(divergence, { logits, teachers: [heavy] });
    expect(Math.abs(one.values[0]! - two.values[0]!)).toBeGreaterThan(1e-3);
    // A distance along ranks has the same slope as long as no rank changes sides.
    const others =
      divergence.temperaturePower === 2
        ? two
        : await evaluate(divergence, {
            logits,
            teachers: [
              {
                ...heavy,
                logp: [-1.6, -1.7, -1.8],
                tailLogp: Math.log(1 - Math.exp(-1.6) - Math.exp(-1.7) - Math.exp(-1.8)),
              },
            ],
          });
    expect(maxDifference(one.gradients[0]!, others.gradients[0]!)).toBeGreaterThan(1e-3);
  });

  it('is the same when token ids are permuted in p and q together', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer(), async (input, seed) => {
        const size = input.logits[0]!.length;
        const next = random(seed);
        const keys = Array.from({ length: size }, () => next());
        const order = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!);
        const permuted: Drawn = {
          logits: input.logits.map((row) => order.map((id) => row[id]!)),
          teachers: input.teachers.map((teacher) => ({
            ...teacher,
            ids: teacher.ids!.map((id) => order.indexOf(id)),
          })),
        };
        const before = await evaluate(divergence, input);
        const after = await evaluate(divergence, permuted);
        expect(maxDifference(before.values, after.values)).toBeLessThan(1e-6);
        const back = after.gradients.map((row) => order.map((_, id) => row[order.indexOf(id)]!));
        expect(maxDifference(before.gradients.flat(), back.flat())).toBeLessThan(1e-6);
      }),
      { ...RUNS, numRuns: 5 },
    );
  });

  it.each([-1e9, -1e4, -Infinity])(
    'takes a log-probability of %d as probability 0',
    async (zero) => {
      const tailed = {
        ids: [2, 0, 3],
        logp: [Math.log(0.75), Math.log(0.25), zero],
        tailLogp: zero,
      };
      const whole = {
        ids: [1, 0, 2, 3, 4],
        logp: [Math.log(0.55), Math.log(0.25), Math.log(0.2), zero, zero],
        tailLogp: null,
      };
      for (const teacher of [tailed, whole]) {
        const logits = [0.5, -0.5, 1, 2, 0.1];
        for (const executor of [reference, onnx]) {
          const { values, gradients } = await evaluate(
            divergence,
            { logits: [logits], teachers: [teacher] },
            executor,
          );
          // Where the teacher has no mass, the floor of its log-probability stands for 0 in q's terms.
          const floored = {
            ...teacher,
            logp: teacher.logp.map((logp) => Math.max(logp, -80)),
            tailLogp: teacher.tailLogp === null ? null : Math.max(teacher.tailLogp, -80),
          };
          const { value, gradient } = plainly(each, logits, floored);
          expect(values[0]).toBeGreaterThan(0);
          expect(maxDifference([values[0]!], [value])).toBeLessThan(2e-6);
          expect(maxDifference(gradients[0]!, gradient)).toBeLessThan(2e-6);
        }
      }
    },
  );

  it('stays finite for a student that rules tokens out', async () => {
    const input = {
      logits: [
        [300, 0, -300, 0, 1],
        [-1e4, 1e4, 0, 0, 0],
      ],
      teachers: [topOf([0, 3, 1, 2, -1], 3), topOf([9, 0, 1, 2, -1], 2)].map((teacher) => ({
        ...teacher,
        logp: teacher.logp.slice(0, 2),
        ids: teacher.ids!.slice(0, 2),
      })),
    };
    for (const executor of [reference, onnx]) {
      const { values, gradients } = await evaluate(divergence, input, executor);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect([...values, ...gradients.flat()].every(Number.isFinite)).toBe(true);
    }
  });

  it('is the same on both executors', async () => {
    const inputs = fc.sample(drawn, { seed: 7, numRuns: 3 });
    for (const input of inputs) {
      const expected = await evaluate(divergence, input, reference);
      const actual = await evaluate(divergence, input, onnx);
      expect(maxDifference(actual.values, expected.values)).toBeLessThan(1e-5);
      expect(maxDifference(actual.gradients.flat(), expected.gradients.flat())).toBeLessThan(1e-5);
    }
  });
});

describe('limits', () => {
  const byName = (
    name: string,
    change: Partial<typeof PARAMETERS> | { lambda: number },
  ): Divergence => divergenceByName(name, { ...PARAMETERS, ...change });
  const kl = byName('kl', {});
  const reverse = byName('reverse_kl', {});
  const table: { name: string; near: Divergence; limit: Divergence; within: number }[] = [
    { name: 'alpha 1 is kl', near: byName('alpha', { alpha: 1 }), limit: kl, within: 0 },
    {
      name: 'alpha 0 is reverse_kl',
      near: byName('alpha', { alpha: 0 }),
      limit: reverse,
      within: 0,
    },
    { name: 'alpha near 1', near: byName('alpha', { alpha: 0.9999 }), limit: kl, within: 2e-3 },
    { name: 'alpha near 0', near: byName('alpha', { alpha: 1e-4 }), limit: reverse, within: 2e-3 },
    { name: 'jsd 0 is kl', near: byName('jsd', { beta: 0 }), limit: kl, within: 0 },
    { name: 'jsd 1 is reverse_kl', near: byName('jsd', { beta: 1 }), limit: reverse, within: 0 },
    { name: 'jsd near 0', near: byName('jsd', { beta: 1e-8 }), limit: kl, within: 1e-4 },
    { name: 'jsd near 1', near: byName('jsd', { beta: 1 - 1e-8 }), limit: reverse, within: 1e-4 },
    { name: 'skew_kl 0 is kl', near: byName('skew_kl', { lambda: 0 }), limit: kl, within: 1e-5 },
    { name: 'symmetric 0 is kl', near: byName('symmetric', { lambda: 0 }), limit: kl, within: 0 },
    {
      name: 'symmetric 1 is reverse_kl',
      near: byName('symmetric', { lambda: 1 }),
      limit: reverse,
      within: 0,
    },
    { name: 'focal 0 is kl', near: byName('focal', { gamma: 0 }), limit: kl, within: 0 },
  ];

  it.each(table)('$name', async ({ near, limit, within }) => {
    for (const input of fc.sample(drawn, { seed: 3, numRuns: 4 })) {
      const expected = await evaluate(limit, input);
      const actual = await evaluate(near, input);
      expect(maxDifference(actual.values, expected.values)).toBeLessThanOrEqual(within);
      expect(maxDifference(actual.gradients.flat(), expected.gradients.flat())).toBeLessThanOrEqual(
        within,
      );
    }
  });

  it('kl and reverse_kl are not the same', async () => {
    const [input] = fc.sample(drawn, { seed: 4, numRuns: 1 }) as [Drawn];
    const [a, b] = [await evaluate(kl, input), await evaluate(reverse, input)];
    expect(maxDifference(a.values, b.values)).toBeGreaterThan(1e-3);
  });
});

test('equal names compute the same: a name carries the parameters', () => {
  const names = DIVERGENCE_CASES.map(({ divergence }) => divergence.name);
  expect(new Set(names).size).toBe(names.length);
});
