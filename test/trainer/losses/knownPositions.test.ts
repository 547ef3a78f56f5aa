import { beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { maxDifference, openOnnx, openReference, tensorOf } from '../../support/executors.ts';
import { DIVERGENCE_CASES } from './support/divergences.ts';
import { columnOf, lossCase, type LossResult, runLoss } from './support/lossCase.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const KNOWN = [1, 0, 1, 0, 0];
const FLOOR = -1e4;

/** A case whose teacher gives no probability to anything at some positions. */
function partlyKnown(seed: number) {
  const given = lossCase(seed, { spread: 1 });
  given.weights = given.weights.map((weight) => weight + 0.1);
  given.teachers = given.teachers!.map((teacher, position) =>
    KNOWN[position] === 1
      ? teacher
      : { ids: teacher.ids, logp: teacher.logp.map(() => FLOOR), tailLogp: FLOOR },
  );
  return given;
}

describe.each(DIVERGENCE_CASES.filter(({ divergence }) => divergence.cells !== 'ranks'))(
  'positions that a teacher leaves to their labels: $name',
  ({ divergence }) => {
    it.each([
      { kd: 0.7, temperature: 1 },
      { kd: 1, temperature: 2 },
    ])('count as hard labels, the others as ever, at $kd and T = $temperature', async (share) => {
      const given = partlyKnown(41);
      const all = lossCase(41, { spread: 1 });
      all.weights = given.weights;
      const options = { ...share, divergence };
      // The one executor in one case, the other in the other: each takes a second for a case.
      for (const executor of share.temperature === 1 ? [onnx] : [reference]) {
        const known = { known: tensorOf([5], KNOWN) };
        const mixed = await runLoss(executor, given, options, known);
        const taught = await runLoss(executor, all, options);
        const labels = await runLoss(executor, { ...all, teachers: null }, { ...options, kd: 0 });
        KNOWN.forEach((isKnown, position) => {
          const expected = isKnown === 1 ? taught : labels;
          for (const column of ['objective', 'loss', 'divergence', 'agreement'] as const) {
            const [a, b] = [mixed, expected].map((one) => columnOf(one, column)[position]!);
            expect(Math.abs(a! - b!), `${column} at ${position}`).toBeLessThan(2e-6);
          }
          expect(
            maxDifference(rowOf(mixed, position), rowOf(expected, position)),
            `gradient at ${position}`,
          ).toBeLessThan(3e-6);
        });
        expect([...mixed.dHead].every(Number.isFinite)).toBe(true);
      }
    });
  },
);

function rowOf({ dHidden }: LossResult, position: number): number[] {
  return Array.from({ length: 4 }, (_, i) => dHidden[position * 4 + i]!);
}
