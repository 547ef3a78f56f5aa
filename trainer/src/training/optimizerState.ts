import path from 'node:path';
import { checkpointError } from '../checkpoint/checkpointError.ts';
import type { TensorSource } from '../checkpoint/tensorSource.ts';
import type { DeviceTensors } from '../engine/program.ts';
import { MOMENTS, momentName, momentSpecs } from './optim/adamW.ts';
import { parameterGroups, type ParameterGroup } from './optim/parameterGroups.ts';

/** The optimizer's state as the executor holds it. */
export interface OptimizerState {
  /** The trained parameters, in the order that they are grouped in. */
  trained: DeviceTensors;
  groups: readonly ParameterGroup[];
  /** Adam's moments, by the pieces of the groups. */
  moments: DeviceTensors;
}

/**
 * The moments as a checkpoint keeps them: `adam.m.<parameter>` and `adam.v.<parameter>`, each of the
 * parameter's shape, however they are grouped in memory.
 */
export function momentSource(
  groups: readonly ParameterGroup[],
  pieces: TensorSource,
): TensorSource {
  const places = placesIn(groups);
  let last: { name: string; data: Float32Array } | null = null;
  // Small parameters share a piece, and come one after the other.
  const pieceOf = async (name: string): Promise<Float32Array> => {
    if (last?.name !== name) last = { name, data: await pieces.read(name) };
    return last.data;
  };
  return {
    names: [...places.keys()],
    shape: (name) => places.get(name)!.shape,
    read: async (name) => {
      const { size, parts } = places.get(name)!;
      const whole = new Float32Array(size);
      for (const { piece, from, at, count } of parts)
        whole.set((await pieceOf(piece)).subarray(from, from + count), at);
      return whole;
    },
  };
}

/**
 * Puts what a checkpoint keeps into the moments.
 *
 * @throws DeepCoderError where the checkpoint lacks a parameter's moments, or has them in another shape
 */
export async function restoreMoments(
  { trained, groups, moments }: OptimizerState,
  saved: TensorSource,
  folder: string,
): Promise<void> {
  const source = isGrouped(saved) ? ungrouped(trained, saved, folder) : saved;
  const filling = new Map<string, Float32Array>();
  for (const [name, { shape, parts }] of placesIn(groups)) {
    const data = await readFitting(source, { name, shape, folder });
    for (const { piece, from, at, count } of parts) {
      const [size = 0] = moments[piece]!.shape;
      const filled = filling.get(piece) ?? new Float32Array(size);
      filling.set(piece, filled);
      filled.set(data.subarray(at, at + count), from);
      // It is full: the parameters of a group come in their order.
      if (from + count < size) continue;
      moments[piece]!.write(filled);
      filling.delete(piece);
    }
  }
}

/** The tensor of this name, which has to be there in this shape. */
export async function readFitting(
  source: TensorSource,
  { name, shape, folder }: { name: string; shape: readonly number[]; folder: string },
): Promise<Float32Array> {
  const found = source.names.includes(name) ? source.shape(name) : null;
  if (found !== null && found.join() === shape.join()) return source.read(name);
  const fault =
    found === null
      ? `has no "${name}"`
      : `"${name}" wants [${shape.join(', ')}], got [${found.join(', ')}]`;
  throw checkpointError(
    'checkpoint-misfit',
    `checkpoint ${path.basename(folder)}: ${fault}; resume an earlier checkpoint of the run`,
  );
}

/** Where the numbers of a parameter's moment lie: `count` of them `from` a place in a piece. */
interface Place {
  shape: readonly number[];
  size: number;
  parts: { piece: string; from: number; at: number; count: number }[];
}

/** By the names that checkpoints use, in the order of memory. */
function placesIn(groups: readonly ParameterGroup[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const group of groups) {
    for (const moment of MOMENTS) {
      let start = 0;
      for (const { name, shape, size } of group.parameters) {
        const own = { start, end: start + size };
        const parts = group.pieces.flatMap((piece) => {
          const from = Math.max(own.start, piece.start);
          const count = Math.min(own.end, piece.start + piece.size) - from;
          if (count <= 0) return [];
          const named = momentName(moment, piece.name);
          return [{ piece: named, from: from - piece.start, at: from - own.start, count }];
        });
        places.set(momentName(moment, name), { shape, size, parts });
        start += size;
      }
    }
  }
  return places;
}

/** Checkpoints once kept the pieces themselves, as memory was cut up then. */
const GROUPED = /^adam\.[mv]\.group\d+\.\d+$/;
const LIMITS_THEN = { own: 1 << 18, joined: 1 << 20, piece: 1 << 19 };

function isGrouped({ names }: TensorSource): boolean {
  return names.some((name) => GROUPED.test(name));
}

/** The moments of such a checkpoint, by parameter. */
function ungrouped(trained: DeviceTensors, saved: TensorSource, folder: string): TensorSource {
  const shapes = Object.entries(trained).map(([name, { shape }]) => [name, shape] as const);
  const groups = parameterGroups(Object.fromEntries(shapes), LIMITS_THEN);
  const specs = momentSpecs(groups);
  return momentSource(groups, {
    names: Object.keys(specs),
    shape: (name) => specs[name]!.shape,
    read: (name) => readFitting(saved, { name, shape: specs[name]!.shape, folder }),
  });
}
