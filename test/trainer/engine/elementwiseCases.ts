import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  flags,
  type LoweringCase,
  number,
  pair,
  positive,
  rounded,
  unary,
} from './loweringCase.ts';

const binary = (kernel: string, op: (a: Tensor, b: Tensor) => Tensor): LoweringCase => ({
  kernel,
  inputs: pair,
  build: ({ a, b }) => op(a!, b!),
});
const compare = (kernel: string, op: (a: Tensor, b: Tensor) => Tensor): LoweringCase => ({
  kernel,
  inputs: rounded,
  build: ({ a, b }) => number(op(a!, b!)),
});

/** Kernels that give a number for each number, or pair of numbers, that they get. */
export const ELEMENTWISE: LoweringCase[] = [
  binary('Add', tf.add),
  {
    kernel: 'AddN',
    inputs: rounded,
    build: ({ a, b }) => tf.addN([number(a!), number(b!), number(a!)]),
  },
  binary('Sub', tf.sub),
  binary('Multiply', tf.mul),
  binary('RealDiv', tf.div),
  binary('Maximum', tf.maximum),
  binary('Minimum', tf.minimum),
  binary('Pow', tf.pow),
  binary('Mod', tf.mod),
  binary('SquaredDifference', tf.squaredDifference),
  compare('Equal', tf.equal),
  compare('NotEqual', tf.notEqual),
  compare('Greater', tf.greater),
  compare('GreaterEqual', tf.greaterEqual),
  compare('Less', tf.less),
  compare('LessEqual', tf.lessEqual),
  compare('LogicalAnd', (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0))),
  compare('LogicalOr', (a, b) => tf.logicalOr(tf.greater(a, 1), tf.greater(b, 1))),
  unary('LogicalNot', (x) => number(tf.logicalNot(x)), flags),
  unary('Abs', tf.abs),
  unary('Cos', tf.cos),
  unary('Exp', tf.exp),
  unary('Floor', tf.floor),
  unary('Log', tf.log, positive),
  unary('Neg', tf.neg),
  unary('Reciprocal', tf.reciprocal, positive),
  unary('Relu', tf.relu),
  unary('Sigmoid', tf.sigmoid),
  unary('Sign', tf.sign),
  unary('Sin', tf.sin),
  unary('Softplus', tf.softplus),
  unary('Sqrt', tf.sqrt, positive),
  unary('Tanh', tf.tanh),
  unary('Step', (x) => tf.step(x)),
  unary('Rsqrt', tf.rsqrt, positive),
  unary('Square', tf.square),
  unary('IsFinite', (x) => number(tf.isFinite(tf.div(x, tf.relu(x))))),
  { kernel: 'Select', inputs: pair, build: ({ a }) => tf.where(tf.greater(a!, 1), a!, tf.neg(a!)) },
  unary('ZerosLike', (x) => tf.zerosLike(x)),
  unary('OnesLike', (x) => tf.onesLike(x)),
  unary('Identity', (x) => tf.clone(x)),
  unary('Cast', (x) => number(tf.cast(x, 'int32'))),
  unary('ClipByValue', (x) => tf.clipByValue(x, -0.5, 0.7)),
];

/** Kernels whose inputs near zero are what their lowering is for. */
export const NEAR_ZERO: LoweringCase[] = [unary('Expm1', tf.expm1), unary('Log1p', tf.log1p)];
