import type { Dtype, HostArray } from '../program.ts';
import type { GraphTarget } from './graphTarget.ts';

export type Attribute = number | string | readonly number[] | { float: number } | Branch;

/**
 * Types of values in an ONNX graph: those of tfjs, 64-bit integers for shapes and indices, and bytes, which rounded
 * weights are and nothing that goes in or out.
 */
export type ValueType = Dtype | 'int64' | 'uint8';

/** One value of the graph; `constant` holds the data where the value is known while tracing. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ValueType;
  readonly constant?: HostArray | BigInt64Array;
}

export interface Node {
  op: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

/** Nodes that run or do not; they can use every value that is made before them. */
export interface Branch {
  nodes: readonly Node[];
  output: Value;
}

export interface EmitOptions {
  attributes?: Record<string, Attribute>;
  domain?: string;
}

type OutputSpec = { shape: readonly number[]; dtype: ValueType } | null;

/**
 * An ONNX graph under construction. A node that was emitted before with the same operator, inputs and
 * attributes is not emitted again, so programs need not avoid repeated work.
 */
export class Graph {
  readonly nodes: Node[] = [];
  /** What is to run it. */
  readonly target: GraphTarget;
  readonly constants: Map<string, Value>;
  private readonly emitted = new Map<string, (Value | null)[]>();
  private readonly scalars: Map<string, Value>;
  private readonly counter: { count: number };

  /** A graph inside another shares its names and constants. */
  constructor(target: GraphTarget, around: Graph | null = null) {
    this.target = target;
    this.constants = around?.constants ?? new Map<string, Value>();
    this.scalars = around?.scalars ?? new Map<string, Value>();
    this.counter = around?.counter ?? { count: 0 };
  }

  /** A value that comes from outside: an input, a state tensor or a frozen weight. */
  external(name: string, shape: readonly number[], dtype: ValueType): Value {
    return { name, shape, dtype };
  }

  constant(data: HostArray | BigInt64Array, shape: readonly number[], dtype: ValueType): Value {
    const key = data.length <= 64 ? `${dtype}[${shape.join()}]${data.join()}` : null;
    const known = key === null ? undefined : this.scalars.get(key);
    if (known !== undefined) return known;
    const value = { name: `c${this.counter.count++}`, shape, dtype, constant: data };
    this.constants.set(value.name, value);
    if (key !== null) this.scalars.set(key, value);
    return value;
  }

  scalar(number: number): Value {
    return this.constant(new Float32Array([number]), [], 'float32');
  }

  ints(numbers: readonly number[]): Value {
    return this.constant(BigInt64Array.from(numbers.map(BigInt)), [numbers.length], 'int64');
  }

  /** Appends a node with one output. */
  emit(
    op: string,
    inputs: readonly (Value | null)[],
    output: { shape: readonly number[]; dtype: ValueType },
    options: EmitOptions = {},
  ): Value {
    return this.emitMany(op, inputs, [output], options)[0]!;
  }

  /** Appends a node; `null` stands for an optional input or output that is left out. */
  emitMany(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly OutputSpec[],
    { attributes = {}, domain = '' }: EmitOptions = {},
  ): (Value | null)[] {
    const names = inputs.map((input) => input?.name ?? '');
    const key = JSON.stringify([op, domain, names, attributes, outputs.map((out) => out?.dtype)]);
    const known = this.emitted.get(key);
    if (known !== undefined) return known;
    const values = outputs.map((out) =>
      out === null
        ? null
        : { name: `v${this.counter.count++}`, shape: out.shape, dtype: out.dtype },
    );
    const outputNames = values.map((value) => value?.name ?? '');
    this.nodes.push({ op, domain, inputs: names, outputs: outputNames, attributes });
    this.emitted.set(key, values);
    return values;
  }

  /** One of two values of the same shape, of which only the one that is wanted is computed. */
  branch(
    flag: Value,
    { then, otherwise }: Record<'then' | 'otherwise', (graph: Graph) => Value>,
  ): Value {
    const made = [then, otherwise].map((build) => {
      const inner = new Graph(this.target, this);
      const output = build(inner);
      return { nodes: inner.nodes, output };
    });
    const { shape, dtype } = made[0]!.output;
    const attributes = { then_branch: made[0]!, else_branch: made[1]! };
    return this.emit('If', [flag], { shape, dtype }, { attributes });
  }
}

/** All values that a node uses, those of its branches too. */
export function usedBy(node: Node): string[] {
  const inner = branchesOf(node).flatMap(({ nodes }) => nodes.flatMap(usedBy));
  return [...node.inputs, ...inner];
}

function branchesOf({ attributes }: Node): Branch[] {
  return Object.values(attributes).filter(
    (attribute): attribute is Branch => typeof attribute === 'object' && 'nodes' in attribute,
  );
}

/** The node with other names for the values that it uses and makes. */
export function renameValues(node: Node, rename: (name: string) => string): Node {
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([key, attribute]) => [
      key,
      typeof attribute === 'object' && 'nodes' in attribute
        ? { ...attribute, nodes: attribute.nodes.map((inner) => renameValues(inner, rename)) }
        : attribute,
    ]),
  );
  const [inputs, outputs] = [node.inputs.map(rename), node.outputs.map(rename)];
  return { ...node, inputs, outputs, attributes };
}

/** Drops the nodes and constants from which no wanted value can be reached. */
export function prune(
  graph: Graph,
  wanted: readonly string[],
): { nodes: Node[]; constants: Value[] } {
  const needed = new Set(wanted);
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => name !== '' && needed.has(name))) continue;
    kept.push(node);
    for (const name of usedBy(node)) needed.add(name);
  }
  const constants = [...graph.constants.values()].filter((value) => needed.has(value.name));
  return { nodes: kept.reverse(), constants };
}
