import { beforeAll, expect, it, test } from 'vitest';
import { rowsAfter } from '../../../trainer/src/engine/ops/rowsAfter.ts';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { traceProgram } from '../../../trainer/src/engine/trace/traceProgram.ts';
import { forwardKl } from '../../../trainer/src/losses/forwardKl.ts';
import {
  openOnnx,
  openReference,
  pureProgram,
  random,
  randomTensor,
  runOnce,
  tensorOf,
} from '../../support/executors.ts';
import { callLoss, lossCase, lossTensors } from '../losses/support/lossCase.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

it.each([1, 0, -3, NaN, Infinity, -Infinity])(
  'gives the rows whatever is awaited: %d',
  async (number) => {
    const x = randomTensor([5, 3], random(1));
    const before = tensorOf([2, 2], [number, 1, 2, 3]);
    for (const executor of [reference, onnx]) {
      const { rows } = await runOnce(executor, { x, before }, (tensors) => ({
        rows: rowsAfter(tensors['x']!, tensors['before']!, { start: 1, size: 3 }),
      }));
      expect(rows).toEqual(x.data.slice(3, 12));
    }
  },
);

test('a chunk of the loss begins when the one before has ended', () => {
  const inputs = lossTensors(lossCase(1, { positions: 6 }));
  const { nodes } = traceProgram(
    pureProgram(inputs, (tensors) => ({
      columns: callLoss(tensors, { kd: 0.7, temperature: 1, divergence: forwardKl, chunk: 2 }),
    })),
  );
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const reaches = (from: string, wanted: string): boolean => {
    const seen = new Set<string>();
    const open = [from];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (name === wanted) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(...(maker.get(name)?.inputs ?? []));
    }
    return false;
  };
  // The logits: products with the whole head on the right, transposed.
  const logits = nodes.filter(
    ({ op, inputs: names, attributes }) =>
      op === 'FusedMatMul' && names[1] === 'input/head' && attributes['transB'] === 1,
  );
  expect(logits.length).toBe(3);
  expect(reaches(logits[1]!.inputs[0]!, logits[0]!.outputs[0]!)).toBe(true);
  expect(reaches(logits[2]!.inputs[0]!, logits[1]!.outputs[0]!)).toBe(true);
});
