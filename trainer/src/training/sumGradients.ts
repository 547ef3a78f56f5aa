import type { Collective } from '../engine/collective/collective.ts';
import type { DeviceTensors } from '../engine/program.ts';
import type { ParameterGroup } from './optim/parameterGroups.ts';
import { gradientName } from './trainPrograms.ts';

/**
 * Adds the gradients of all ranks up, in place, float32, in the order of ranks; small ones together. Every rank has
 * the same bits afterwards, so that every rank's optimizer makes the same update.
 */
export async function sumGradients(
  collective: Collective,
  gradients: DeviceTensors,
  groups: readonly ParameterGroup[],
): Promise<void> {
  for (const { parameters, size } of groups) {
    const tensors = parameters.map(({ name }) => gradients[gradientName(name)]!);
    const parts = await Promise.all(
      tensors.map((tensor) => tensor.read() as Promise<Float32Array>),
    );
    const flat = parts.length === 1 ? parts[0]! : joined(parts, size);
    await collective.allReduce(flat);
    let at = 0;
    tensors.forEach((tensor, i) => {
      const { length } = parts[i]!;
      tensor.write(flat.subarray(at, at + length));
      at += length;
    });
  }
}

function joined(parts: readonly Float32Array[], size: number): Float32Array {
  const flat = new Float32Array(size);
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}
