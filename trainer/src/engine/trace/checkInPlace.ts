import { usedBy, type Node } from './graph.ts';
import type { GraphTarget } from './graphTarget.ts';
import { graphName, type TracedProgram } from './tracedProgram.ts';

/**
 * State is replaced where it lies: an update is written into the buffer that the state is read from. Throws unless,
 * by data flow alone and so in whatever order nodes run,
 * - every node that reads an updated state comes before the node that writes its update, and
 * - that node does not read the buffer itself, or only element by element.
 *
 * Gives the state of which the latter is true and the target cannot do it.
 */
export function checkInPlace(
  { nodes, outputs }: Pick<TracedProgram, 'nodes' | 'outputs'>,
  program: { name: string; state: Readonly<Record<string, unknown>> },
  target: GraphTarget,
): string[] {
  const doubled: string[] = [];
  const maker = new Map(nodes.flatMap((node, at) => node.outputs.map((name) => [name, at])));
  const before = nodes.map((node) => usedBy(node).flatMap((name) => maker.get(name) ?? []));
  const ends = new Set(outputs.map(({ name }) => name));
  const readers = bufferReaders(nodes, ends);
  for (const state of Object.keys(program.state)) {
    const writer = maker.get(graphName.update(state));
    if (writer === undefined) continue;
    const earlier = ancestors(before, writer);
    for (const reader of readers.get(graphName.state(state)) ?? []) {
      const isSafe = reader === writer ? mayWriteInPlace(nodes[writer]) : earlier.has(reader);
      if (!isSafe) throw new Error(unsafeText(program.name, state, nodes[reader]));
      // ScatterND leaves the elements where they are.
      const isRewritten = reader === writer && nodes[writer]?.op !== 'ScatterND';
      if (isRewritten && !target.writesWhatItReads) doubled.push(state);
    }
  }
  return doubled;
}

/** Operators of which ONNX Runtime gives out the very buffer that they were given. */
const VIEWS = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/**
 * What may write into the buffer that it reads: each element of the result is made of the element at its place,
 * after that was read; `ScatterND` leaves the elements where they are and writes some of them over, and so does
 * `GroupQueryAttention` with its caches, before it reads them.
 */
const IN_PLACE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Where',
  'Max',
  'Min',
  'Neg',
  'Sqrt',
  'ScatterND',
  'GroupQueryAttention',
]);

/** By graph input, the nodes that read its buffer, also through views of it. */
function bufferReaders(nodes: readonly Node[], ends: ReadonlySet<string>): Map<string, number[]> {
  const origin = new Map<string, string>();
  const readers = new Map<string, number[]>();
  nodes.forEach((node, at) => {
    for (const name of new Set(usedBy(node))) {
      const buffer = origin.get(name) ?? name;
      const [output = ''] = node.outputs;
      // What leaves the graph is copied into a buffer of its own.
      if (VIEWS.has(node.op) && name === node.inputs[0] && !ends.has(output)) {
        origin.set(output, buffer);
      } else {
        readers.set(buffer, [...(readers.get(buffer) ?? []), at]);
      }
    }
  });
  return readers;
}

function ancestors(before: readonly (readonly number[])[], node: number): Set<number> {
  const found = new Set<number>();
  const open = [...(before[node] ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    for (const earlier of before[at] ?? []) open.push(earlier);
  }
  return found;
}

function mayWriteInPlace(node: Node | undefined): boolean {
  return node !== undefined && IN_PLACE.has(node.op);
}

function unsafeText(program: string, state: string, node: Node | undefined): string {
  const reader = `${node?.op ?? ''} (${node?.outputs.join() ?? ''})`;
  return `program ${program}: ${reader} may read the state ${state} after its update was written into the same buffer; let the update depend on it`;
}
