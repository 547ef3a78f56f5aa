import * as tf from '@tensorflow/tfjs-core';
import type { Program, Tensors } from '../engine/program.ts';
import { apartShapes } from './architectures.ts';
import { CONNECTOR, type Idefics3Config } from './families/idefics3.ts';
import { patchesAlong, pixelShuffle, tokensOfTile, tower } from './parts/visionTower.ts';

/**
 * One tile through the tower and the connector: `patches` float32 `[P, 3 p p]` to `features` float32 `[T, D]`, which
 * stand in the text for the T tokens of the tile.
 */
export function pictureProgram(config: Idefics3Config): Program {
  const { vision, scaleFactor } = config;
  const along = patchesAlong(vision);
  return {
    name: 'picture',
    state: {},
    constants: Object.fromEntries(
      Object.entries(apartShapes(config)).map(([name, shape]) => [
        name,
        { shape, dtype: 'float32' as const },
      ]),
    ),
    inputs: {
      patches: { shape: [along * along, 3 * vision.patchSize ** 2], dtype: 'float32' },
    },
    build: ({ constants, inputs }) => {
      const seen = tower(vision, constants, inputs['patches']!);
      const squares = pixelShuffle(seen, along, scaleFactor);
      const features = tf.matMul(squares, connectorOf(constants), false, true);
      return { updates: {}, outputs: { features } };
    },
  };
}

function connectorOf(constants: Tensors) {
  return constants[`${CONNECTOR}.weight`]!;
}

/** Tokens that stand for a tile. */
export function tileTokens({ vision, scaleFactor }: Idefics3Config): number {
  return tokensOfTile(vision, scaleFactor);
}

/**
 * A tile `[3, edge, edge]` cut into patches, row by row, each channel by channel: `[P, 3 p p]`. What does not fill a
 * patch at the right and lower edges is left out, as a convolution does.
 */
export function patchesOf(tile: Float32Array, edge: number, patch: number): Float32Array {
  const along = Math.floor(edge / patch);
  const out = new Float32Array(along * along * 3 * patch * patch);
  let at = 0;
  for (let row = 0; row < along; row++) {
    for (let column = 0; column < along; column++) {
      for (let channel = 0; channel < 3; channel++) {
        for (let y = 0; y < patch; y++) {
          const from = (channel * edge + row * patch + y) * edge + column * patch;
          out.set(tile.subarray(from, from + patch), at);
          at += patch;
        }
      }
    }
  }
  return out;
}
