import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { scaleIf } from '../../engine/ops/scaleIf.ts';
import { sumSquares } from '../../engine/ops/sumSquares.ts';
import type { Tensors, TensorSpec } from '../../engine/program.ts';
import type { GroupPiece, ParameterGroup } from './parameterGroups.ts';

export interface AdamWOptions {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
}

/** Scalars that change from step to step, each float32 `[]`. */
export interface StepScalars {
  learningRate: Tensor;
  /** 1 - beta1^t and 1 - beta2^t with t counted from 1. */
  biasCorrection1: Tensor;
  biasCorrection2: Tensor;
  /** What gradients are to be multiplied with before anything else: 1 / loss scale. */
  gradientScale: Tensor;
  /** The largest gradient norm that is let through; infinity for none. */
  maxGradNorm: Tensor;
}

/** The running means of the gradient and of its square. */
export const MOMENTS = ['m', 'v'] as const;

/** Names a moment of a piece, or of a parameter. */
export function momentName(moment: (typeof MOMENTS)[number], of: string): string {
  return `adam.${moment}.${of}`;
}

export function momentSpecs(groups: readonly ParameterGroup[]): Record<string, TensorSpec> {
  return Object.fromEntries(
    groups.flatMap(({ pieces }) =>
      pieces.flatMap((piece) => {
        const spec: TensorSpec = { shape: [piece.size], dtype: 'float32' };
        return MOMENTS.map((moment) => [momentName(moment, piece.name), spec]);
      }),
    ),
  );
}

/**
 * One step of AdamW (Loshchilov and Hutter 2019, algorithm 2) after clipping by the global norm
 * (Pascanu et al. 2013): with g the gradient times min(1, maxGradNorm / |g|),
 * `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
 * `p = p - lr (m / c1 / (sqrt(v / c2) + eps) + decay p)`, decay on matrices only.
 * The state holds `m / (1 - b1)` and `v / (1 - b2)`, which saves two passes over the parameters.
 *
 * Where the norm is not finite nothing changes: parameters and moments keep their values exactly.
 *
 * @param state parameters by name, and the moments of `momentSpecs`
 * @param gradients by parameter name, each of the parameter's shape; multiplied by the loss scale
 * @returns the new state, the norm before clipping, and 1 where the step was taken, else 0
 */
export function adamW(
  {
    state,
    gradients,
    groups,
  }: { state: Tensors; gradients: Tensors; groups: readonly ParameterGroup[] },
  options: AdamWOptions,
  scalars: StepScalars,
): { updates: Tensors; gradNorm: Tensor; taken: Tensor } {
  const flat = groups.map((group) => flatten(group, gradients));
  const squares = flat.map(sumSquares);
  const gradNorm = tf.mul(tf.sqrt(tf.addN(squares)), scalars.gradientScale);
  const isFinite = tf.isFinite(gradNorm);
  const clip = tf.minimum(1, tf.div(scalars.maxGradNorm, tf.add(gradNorm, 1e-6)));
  const step = pieceStep(options, scalars, {
    isFinite,
    scale: tf.mul(clip, scalars.gradientScale),
  });
  const updates: Tensors = {};
  groups.forEach((group, index) => {
    // A parameter of its own keeps its shape, so that what is new is written straight into its place.
    const parameter = group.parameters.length > 1 ? flatten(group, state) : whole(group, state);
    const stepped = group.pieces.map((piece) => {
      const gradient = tf.slice(flat[index]!, [piece.start], [piece.size]);
      const before = { parameter: cut(parameter, piece), gradient, state };
      const after = step(piece, before, group.decays);
      updates[momentName('m', piece.name)] = after.m;
      updates[momentName('v', piece.name)] = after.v;
      return after.parameter;
    });
    const joined = stepped.length === 1 ? stepped[0]! : tf.concat(stepped, 0);
    Object.assign(updates, unflatten(group, joined));
  });
  return { updates, gradNorm, taken: tf.cast(isFinite, 'float32') };
}

type PieceStep = (
  piece: GroupPiece,
  before: { parameter: Tensor; gradient: Tensor; state: Tensors },
  decays: boolean,
) => { parameter: Tensor; m: Tensor; v: Tensor };

/** The update of one piece, with everything that is a scalar worked out before. */
function pieceStep(
  { betas: [beta1, beta2], eps, weightDecay }: AdamWOptions,
  { learningRate, biasCorrection1, biasCorrection2 }: StepScalars,
  { isFinite, scale }: { isFinite: Tensor; scale: Tensor },
): PieceStep {
  const ifTaken = (value: Tensor, otherwise: number): Tensor =>
    tf.where(isFinite, value, tf.scalar(otherwise));
  const keep1 = ifTaken(tf.scalar(beta1), 1);
  const keep2 = ifTaken(tf.scalar(beta2), 1);
  const rate = ifTaken(learningRate, 0);
  // lr (m / c1) / (sqrt(v / c2) + eps) = (lr r (1 - b1) / c1) M / (sqrt(V) + eps r),
  // with M and V as the state holds them and r = sqrt(c2 / (1 - b2))
  const root = tf.sqrt(tf.div(biasCorrection2, 1 - beta2));
  const stepSize = tf.div(tf.mul(tf.mul(rate, root), 1 - beta1), biasCorrection1);
  const epsilon = tf.mul(root, eps);
  const shrink = tf.sub(1, tf.mul(rate, weightDecay));
  return (piece, { parameter, gradient, state }, decays) => {
    const g = scaleIf(isFinite, gradient, scale);
    const m = tf.add(tf.mul(state[momentName('m', piece.name)]!, keep1), g);
    const v = tf.add(tf.mul(state[momentName('v', piece.name)]!, keep2), tf.square(g));
    const change = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), stepSize);
    const kept = decays ? tf.mul(parameter, shrink) : parameter;
    return { m, v, parameter: tf.sub(kept, tf.reshape(change, parameter.shape)) };
  };
}

function whole({ parameters }: ParameterGroup, state: Tensors): Tensor {
  return state[parameters[0]!.name]!;
}

/** The rows of a parameter, or the numbers of a flat vector, that a piece holds. */
function cut(parameter: Tensor, { start, size }: GroupPiece): Tensor {
  const [rows = 1, ...rest] = parameter.shape;
  const row = parameter.size / rows;
  const none = rest.map(() => 0);
  return tf.slice(parameter, [start / row, ...none], [size / row, ...rest]);
}

function flatten(group: ParameterGroup, tensors: Tensors): Tensor {
  const parts = group.parameters.map(({ name, size }) => tf.reshape(tensors[name]!, [size]));
  return parts.length === 1 ? parts[0]! : tf.concat(parts);
}

function unflatten(group: ParameterGroup, flat: Tensor): Tensors {
  const sizes = group.parameters.map(({ size }) => size);
  const parts = sizes.length === 1 ? [flat] : tf.split(flat, sizes);
  return Object.fromEntries(
    group.parameters.map(({ name, shape }, index) => [name, tf.reshape(parts[index]!, [...shape])]),
  );
}
