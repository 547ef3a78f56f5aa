import { type Node, usedBy, type Value } from './graph.ts';

const PRODUCTS = new Set(['MatMul', 'FusedMatMul', 'Gemm']);

export interface WeightUses {
  /** Those that nodes read at all, by name. */
  read: readonly string[];
  /** Those of them that sessions can share. */
  shared: readonly string[];
}

/**
 * Shared are the frozen weights that nothing reads but products, as their second operand, and look-ups of rows: ONNX
 * Runtime takes them as they are. What other nodes read it may fold, or replace under its name, as it does with what
 * a transpose is moved through.
 */
export function weightUses({
  nodes,
  weights,
}: {
  nodes: readonly Node[];
  weights: readonly Value[];
}): WeightUses {
  const everywhere = new Set(nodes.flatMap(usedBy));
  const elsewhere = new Set(
    nodes.flatMap((node) => {
      const taken = takenAsIs(node);
      return usedBy(node).filter((name) => name !== taken);
    }),
  );
  const read = weights.map(({ name }) => name).filter((name) => everywhere.has(name));
  return { read, shared: read.filter((name) => !elsewhere.has(name)) };
}

function takenAsIs({ op, inputs }: Node): string | undefined {
  if (PRODUCTS.has(op)) return inputs[1];
  return op === 'Gather' ? inputs[0] : undefined;
}
