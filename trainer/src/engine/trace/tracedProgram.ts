import type { Node, Value } from './graph.ts';

export interface TracedProgram {
  nodes: Node[];
  constants: Value[];
  inputs: Value[];
  weights: Value[];
  outputs: Value[];
  /** State whose update may not be written into the buffer that it is read from; it has two, which take turns. */
  doubled: string[];
}

/** Names of graph inputs and outputs, by what they stand for. */
export const graphName = {
  state: (name: string) => `state/${name}`,
  constant: (name: string) => `constant/${name}`,
  input: (name: string) => `input/${name}`,
  update: (name: string) => `update/${name}`,
  output: (name: string) => `output/${name}`,
};
