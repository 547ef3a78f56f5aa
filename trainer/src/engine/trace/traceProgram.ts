import * as tf from '@tensorflow/tfjs-core';
import { engine, type Tensor } from '@tensorflow/tfjs-core';
import type { Program, Tensors, TensorSpec } from '../program.ts';
import { registerTraceKernels, traceBackend } from '../registerKernels.ts';
import { checkInPlace } from './checkInPlace.ts';
import { CPU_TARGET, type GraphTarget } from './graphTarget.ts';
import { type Graph, type Node, prune, renameValues, type Value } from './graph.ts';
import { graphName, type TracedProgram } from './tracedProgram.ts';

/** Runs a program's `build` once on tensors without values and returns the graph that it describes. */
export function traceProgram(program: Program, target: GraphTarget = CPU_TARGET): TracedProgram {
  registerTraceKernels();
  const before = tf.getBackend();
  tf.setBackend('trace') as unknown;
  const backend = traceBackend();
  backend.reset(target);
  try {
    const { graph } = backend;
    const state = declare(graph, program.state, graphName.state);
    const weights = declare(graph, program.constants, graphName.constant);
    const inputs = declare(graph, program.inputs, graphName.input);
    const built = tf.tidy(() => {
      const result = program.build({
        state: tensors(state),
        constants: tensors(weights),
        inputs: tensors(inputs),
      });
      return {
        ...prefixed(result.updates, graphName.update),
        ...prefixed(result.outputs, graphName.output),
      };
    });
    const outputs = Object.entries(built).map(
      ([name, tensor]) => [name, backend.lookup(tensor)] as const,
    );
    const given = [...values(state), ...values(inputs)];
    const traced = { ...named(graph, outputs), inputs: given, weights: values(weights) };
    return { ...traced, doubled: checkInPlace(traced, program, target) };
  } finally {
    backend.reset();
    if (before) tf.setBackend(before) as unknown;
  }
}

function declare(
  graph: Graph,
  specs: Record<string, TensorSpec>,
  nameOf: (name: string) => string,
): Map<string, Value> {
  return new Map(
    Object.entries(specs).map(([name, spec]) => [
      name,
      graph.external(nameOf(name), spec.shape, spec.dtype),
    ]),
  );
}

function tensors(declared: Map<string, Value>): Tensors {
  const wrap = (value: Value): Tensor =>
    engine().makeTensorFromTensorInfo(traceBackend().wrap(value));
  return Object.fromEntries([...declared].map(([name, value]) => [name, wrap(value)]));
}

function values(declared: Map<string, Value>): Value[] {
  return [...declared.values()];
}

function prefixed(map: Tensors, nameOf: (name: string) => string): Tensors {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [nameOf(name), tensor]));
}

/**
 * Gives the outputs their names. A value that a node makes is renamed, so that it is written straight
 * into the output's buffer; one that comes from outside, or that is an output already, needs a copy.
 */
function named(
  graph: Graph,
  outputs: readonly (readonly [string, Value])[],
): Pick<TracedProgram, 'nodes' | 'constants' | 'outputs'> {
  const { nodes, constants } = prune(
    graph,
    outputs.map(([, value]) => value.name),
  );
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: Node[] = [];
  for (const [name, value] of outputs) {
    if (made.has(value.name) && !renamed.has(value.name)) {
      renamed.set(value.name, name);
      continue;
    }
    const source = renamed.get(value.name) ?? value.name;
    copies.push({ op: 'Identity', domain: '', inputs: [source], outputs: [name], attributes: {} });
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  const final = nodes.map((node) => renameValues(node, rename));
  return {
    nodes: [...final, ...copies],
    constants,
    outputs: outputs.map(([name, { shape, dtype }]) => ({ name, shape, dtype })),
  };
}
