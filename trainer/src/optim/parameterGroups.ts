/** Parameters that the optimizer updates as one flat vector. */
export interface ParameterGroup {
  /** Stable: names the group's moments in checkpoints. */
  name: string;
  parameters: { name: string; shape: readonly number[]; size: number }[];
  size: number;
  /** Whether weight decay applies: to matrices, not to the vectors of norms and biases. */
  decays: boolean;
}

/** From this size on a tensor is a group of its own: joining and splitting it would cost more than its nodes. */
const OWN_GROUP = 1 << 18;
const GROUP_LIMIT = 1 << 20;

/** Joins small parameters, in the order given, so that the optimizer needs few nodes. */
export function parameterGroups(
  shapes: Readonly<Record<string, readonly number[]>>,
): ParameterGroup[] {
  const groups: ParameterGroup[] = [];
  const open = new Map<boolean, ParameterGroup>();
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    const decays = shape.length > 1;
    const parameter = { name, shape, size };
    const current = open.get(decays);
    if (size < OWN_GROUP && current !== undefined && current.size + size <= GROUP_LIMIT) {
      current.parameters.push(parameter);
      current.size += size;
      continue;
    }
    const group = { name: `group${groups.length}`, parameters: [parameter], size, decays };
    groups.push(group);
    if (size < OWN_GROUP) open.set(decays, group);
  }
  return groups;
}
