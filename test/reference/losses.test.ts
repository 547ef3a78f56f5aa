import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, it, expect, test } from 'vitest';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { divergenceByName, DIVERGENCES } from '../../trainer/src/losses/divergenceByName.ts';
import { maxDifference, openOnnx } from '../support/executors.ts';
import { PARAMETERS } from '../trainer/losses/support/divergences.ts';
import { columnOf, logitCase, runLoss } from '../trainer/losses/support/lossCase.ts';

/** One case of losses_golden.py, which says what is in it. */
interface Golden {
  name: string;
  parameters: Partial<typeof PARAMETERS>;
  kd: number;
  temperature: number;
  positions: {
    logits: number[];
    ids: number[] | null;
    logp: number[];
    tail: number | null;
    label: number;
    weight: number;
    divergence: number;
    loss: number;
    gradient: number[];
  }[];
}

const file = path.join(import.meta.dirname, 'goldens', 'losses.json');
const goldens = (JSON.parse(readFileSync(file, 'utf8')) as Golden[]).map((golden) => ({
  ...golden,
  setting: `${JSON.stringify(golden.parameters)}, k ${golden.positions[0]!.logp.length}, T ${golden.temperature}`,
}));

let onnx: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
}, 60_000);

it.each(goldens)('$name $setting is what autograd of PyTorch gives', async (golden) => {
  const { name, parameters, kd, temperature, positions } = golden;
  const teachers = positions.map(({ ids, logp, tail }) => ({ ids, logp, tailLogp: tail }));
  const given = logitCase(
    positions.map(({ logits }) => logits),
    teachers,
    positions.map(({ weight }) => weight),
  );
  given.labels = positions.map(({ label }) => label);
  const divergence = divergenceByName(name, { ...PARAMETERS, ...parameters });
  const result = await runLoss(onnx, given, { kd, temperature, divergence });
  const expected = (field: 'divergence' | 'loss'): number[] => positions.map((each) => each[field]);
  expect(maxDifference(columnOf(result, 'divergence'), expected('divergence'))).toBeLessThan(2e-6);
  expect(maxDifference(columnOf(result, 'loss'), expected('loss'))).toBeLessThan(2e-6);
  const gradient = positions.flatMap((each) => each.gradient);
  expect(maxDifference(result.dHidden, gradient)).toBeLessThan(2e-6);
});

test('every loss has goldens', () => {
  const named = new Set(goldens.map(({ name }) => name));
  expect(Object.keys(DIVERGENCES).filter((name) => !named.has(name))).toEqual([]);
});
