import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type TensorSource } from '../../../trainer/src/checkpoint/tensorSource.ts';
import { tensorsInMemory } from '../../support/tensorsInMemory.ts';
import type { DeviceTensors } from '../../../trainer/src/engine/program.ts';
import { momentSpecs } from '../../../trainer/src/training/optim/adamW.ts';
import { parameterGroups } from '../../../trainer/src/training/optim/parameterGroups.ts';
import { momentSource, restoreMoments } from '../../../trainer/src/training/optimizerState.ts';

/** Vectors between matrices, one of which is too large to share a group. */
const SHAPES = { a: [10, 10], n: [10], large: [40, 16_384], b: [5, 7], m: [3], c: [2, 2] };
const FOLDER = 'runs/a/checkpoints/step-000007';

function state(limits?: Parameters<typeof parameterGroups>[1]) {
  const groups = parameterGroups(SHAPES, limits);
  const values = new Map<string, Float32Array>();
  const device = (specs: Record<string, { shape: readonly number[] }>): DeviceTensors =>
    Object.fromEntries(
      Object.entries(specs).map(([name, { shape }]) => [
        name,
        {
          ...{ shape, dtype: 'float32' as const },
          read: () => Promise.resolve(values.get(name)!),
          write: (data) => void values.set(name, (data as Float32Array).slice()),
          ...{ clear: () => undefined, dispose: () => undefined },
        },
      ]),
    );
  const trained = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => [name, { shape }]),
  );
  return { trained: device(trained), groups, moments: device(momentSpecs(groups)), values };
}

/** What each parameter's moments are to be: its own numbers, all different. */
function expected(): Map<string, { shape: number[]; values: Float32Array }> {
  let next = 0;
  return new Map(
    Object.entries(SHAPES).flatMap(([name, shape]) =>
      ['m', 'v'].map((moment) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return [
          `adam.${moment}.${name}`,
          { shape, values: Float32Array.from({ length: size }, () => next++) },
        ];
      }),
    ),
  );
}

async function allOf(source: TensorSource) {
  const read = new Map<string, { shape: number[]; values: Float32Array }>();
  for (const name of source.names)
    read.set(name, { shape: [...source.shape(name)], values: await source.read(name) });
  return read;
}

/** Name, shape and a hash of the numbers of each, in the order of names. */
const told = (tensors: ReadonlyMap<string, { shape: number[]; values: Float32Array }>): string[] =>
  [...tensors]
    .map(([name, { shape, values }]) => {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return `${name} [${shape.join()}] ${createHash('sha256').update(bytes).digest('hex')}`;
    })
    .sort();

const written = ({ groups, values }: ReturnType<typeof state>): TensorSource => {
  const specs = momentSpecs(groups);
  return momentSource(groups, {
    names: Object.keys(specs),
    shape: (name) => specs[name]!.shape,
    read: (name) => values.get(name)!,
  });
};

describe("the optimizer's state on disk", () => {
  test.each([
    ['as it is grouped now', undefined],
    ['in other groups and pieces', { own: 50, joined: 60, piece: 30 }],
    ['each by itself', { own: 1, joined: 1, piece: 1 << 20 }],
  ])('is by parameter, whatever memory looks like: %s', async (_, limits) => {
    const own = state(limits);
    await restoreMoments(own, tensorsInMemory(expected()), FOLDER);
    const saved = await allOf(written(own));
    expect(told(saved)).toEqual(told(expected()));
  });

  test('an old one, by groups and pieces, is read too', async () => {
    const limits = { own: 1 << 18, joined: 1 << 20 };
    const all = expected();
    const old = new Map<string, { shape: number[]; values: Float32Array }>();
    // As it was: matrices and vectors in a flat vector each, large tensors alone, in pieces of at most 2 MB.
    [['a', 'b', 'c'], ['n', 'm'], ['large']].forEach((names, group) => {
      for (const moment of ['m', 'v']) {
        const flat = names.flatMap((name) => [...all.get(`adam.${moment}.${name}`)!.values]);
        const rows = names[0] === 'large' ? 16_384 : 1;
        const piece = rows * Math.floor((1 << 19) / rows);
        for (let at = 0; at * piece < flat.length; at++) {
          const values = Float32Array.from(flat.slice(at * piece, (at + 1) * piece));
          old.set(`adam.${moment}.group${group}.${at}`, { shape: [values.length], values });
        }
      }
    });
    expect([...old.keys()]).toContain('adam.v.group2.1');
    for (const now of [undefined, { ...limits, own: 40, piece: 64 }]) {
      const own = state(now);
      await restoreMoments(own, tensorsInMemory(old), FOLDER);
      expect(told(await allOf(written(own)))).toEqual(told(all));
    }
    old.set('adam.m.group2.1', { shape: [5], values: new Float32Array(5) });
    await expect(restoreMoments(state(), tensorsInMemory(old), FOLDER)).rejects.toThrow(
      'checkpoint step-000007: "adam.m.group2.1" wants [131072], got [5]',
    );
  });

  test.each([
    ['a parameter of another shape', [7, 5], '"adam.v.b" wants [5, 7], got [7, 5]'],
    ['a parameter that is not there', null, 'has no "adam.v.b"'],
  ])('%s is refused', async (_, shape, message) => {
    const saved = expected();
    if (shape === null) saved.delete('adam.v.b');
    else saved.set('adam.v.b', { ...saved.get('adam.v.b')!, shape });
    await expect(restoreMoments(state(), tensorsInMemory(saved), FOLDER)).rejects.toMatchObject({
      code: 'checkpoint-misfit',
      message: expect.stringContaining(message) as string,
    });
  });
});
