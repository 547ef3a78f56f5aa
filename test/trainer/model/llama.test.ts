import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Executor, HostTensor } from '../../../trainer/src/engine/program.ts';
import { hiddenStates, plainDecoder } from '../../../trainer/src/model/decoder.ts';
import { parameterShapes } from '../../../trainer/src/model/architectures.ts';
import {
  maxDifference,
  openOnnx,
  openReference,
  random,
  randomTensor,
  runOnce,
  tensorOf,
} from '../../support/executors.ts';
import { gradients, numericDirectional } from '../../support/gradients.ts';
import { flat, matrixOf, plainHiddenStates, type PlainRow } from '../../support/plainDecoder.ts';
import { plainWeights, TINY_DECODER, tinyParameters } from '../../support/tinyDecoder.ts';

let onnx: Executor;
let reference: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
  reference = await openReference();
}, 60_000);

const NAMES = Object.keys(parameterShapes(TINY_DECODER));
const WIDTH = TINY_DECODER.hiddenSize;
const parameters = tinyParameters(TINY_DECODER);

/** Two records in the first row, one and padding in the second. */
const ROWS: PlainRow[] = [
  { ids: [3, 4, 5, 6, 7, 8], positions: [0, 1, 2, 3, 0, 1], starts: [0, 0, 0, 0, 4, 4] },
  { ids: [9, 2, 2, 10, 0, 0], positions: [0, 1, 2, 3, 0, 0], starts: [0, 0, 0, 0, 4, 5] },
];

function batchOf(rows: readonly PlainRow[]): Record<string, HostTensor> {
  const shape = [rows.length, rows[0]!.ids.length];
  const tensor = (name: keyof PlainRow): HostTensor =>
    tensorOf(
      shape,
      rows.flatMap((row) => Array.from(row[name])),
      'int32',
    );
  return { ids: tensor('ids'), positions: tensor('positions'), starts: tensor('starts') };
}

const decode = (inputs: Record<string, Tensor>): Tensor =>
  hiddenStates(plainDecoder(TINY_DECODER, inputs), {
    idsBT: inputs['ids']!,
    positionsBT: inputs['positions']!,
    startsBT: inputs['starts']!,
  });

describe.each(['reference', 'onnx'] as const)('the decoder on %s', (on) => {
  const executor = (): Executor => (on === 'onnx' ? onnx : reference);
  const next = random(11);
  const cotangent = randomTensor([12, WIDTH], next);

  it('gives the hidden states of plain numbers', async () => {
    const inputs = { ...parameters, ...batchOf(ROWS) };
    const { hidden } = await runOnce(executor(), inputs, (tensors) => ({
      hidden: decode(tensors),
    }));
    const weights = plainWeights(parameters);
    const expected = ROWS.flatMap((row) => plainHiddenStates(weights, TINY_DECODER, row));
    expect(maxDifference(hidden!, flat(expected))).toBeLessThan(5e-6);
  });

  it('gives each parameter the gradient of plain numbers', async () => {
    const inputs = { ...parameters, ...batchOf(ROWS) };
    const { d } = await gradients(executor(), { inputs, by: NAMES, cotangent, build: decode });
    const weights = plainWeights(parameters);
    for (const name of NAMES) {
      const { data, shape } = parameters[name]!;
      const objective = (x: Float64Array): number => {
        const changed = { ...weights, [name]: matrixOf(x, shape.at(-1)!) };
        const out = flat(ROWS.flatMap((row) => plainHiddenStates(changed, TINY_DECODER, row)));
        return out.reduce((sum, y, i) => sum + y * cotangent.data[i]!, 0);
      };
      for (let round = 0; round < 3; round++) {
        const direction = data.map(() => next() - 0.5);
        const slope = numericDirectional(objective, data, direction);
        const along = d[name]!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
        expect(Math.abs(along - slope), name).toBeLessThan(2e-5 * Math.max(1, Math.abs(slope)));
      }
    }
  });

  it('gives packed records what each gets alone', async () => {
    const packed = { ...parameters, ...batchOf(ROWS.slice(0, 1)) };
    const alone = [
      { ids: [3, 4, 5, 6], positions: [0, 1, 2, 3], starts: [0, 0, 0, 0] },
      { ids: [7, 8], positions: [0, 1], starts: [0, 0] },
    ];
    const run = async (inputs: Record<string, HostTensor>) =>
      (await runOnce(executor(), inputs, (tensors) => ({ hidden: decode(tensors) })))['hidden']!;
    const parts = await Promise.all(alone.map((row) => run({ ...parameters, ...batchOf([row]) })));
    const joined = parts.flatMap((part) => [...part]);
    expect(maxDifference(await run(packed), joined)).toBeLessThan(2e-6);
  });

  it('lets nothing flow back in time or between records', async () => {
    // Only the output at position 1 of the first record counts.
    const only = tensorOf(
      [12, WIDTH],
      Array.from({ length: 12 * WIDTH }, (_, i) => (Math.floor(i / WIDTH) === 1 ? 1 : 0)),
    );
    const embedding = 'model.embed_tokens.weight';
    const { d } = await gradients(executor(), {
      inputs: { ...parameters, ...batchOf(ROWS) },
      by: [embedding],
      cotangent: only,
      build: decode,
    });
    const moved = matrixOf(d[embedding]!, WIDTH).flatMap((row, id) =>
      row.some((value) => value !== 0) ? [id] : [],
    );
    expect(moved).toEqual([3, 4]);
  });
});

test('the two executors agree', async () => {
  const cotangent = randomTensor([12, WIDTH], random(3));
  const args = {
    inputs: { ...parameters, ...batchOf(ROWS) },
    by: NAMES,
    cotangent,
    build: decode,
  };
  const expected = await gradients(reference, args);
  const actual = await gradients(onnx, args);
  expect(maxDifference(actual.value, expected.value)).toBeLessThan(1e-5);
  for (const name of NAMES) {
    expect(maxDifference(actual.d[name]!, expected.d[name]!), name).toBeLessThan(1e-5);
  }
});
