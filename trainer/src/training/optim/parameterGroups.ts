/** Parameters that the optimizer updates as one flat vector. */
export interface ParameterGroup {
  parameters: { name: string; shape: readonly number[]; size: number }[];
  size: number;
  /** Whether weight decay applies: to matrices, not to the vectors of norms and biases. */
  decays: boolean;
  /** The vector in pieces, each updated by itself; only a large one has several. */
  pieces: GroupPiece[];
}

export interface GroupPiece {
  /** Names the piece's moments in memory. */
  name: string;
  start: number;
  size: number;
}

/** Sizes in elements. */
interface GroupLimits {
  /** From this size on a tensor is a group of its own: joining and splitting it would cost more than its nodes. */
  own: number;
  joined: number;
  /**
   * No temporary of the update is larger, so that the next pass finds it in the cache. More than 32 MB would
   * even go back to the system when freed (glibc), and cost page faults when taken again.
   */
  piece: number;
}

const LIMITS: GroupLimits = { own: 1 << 18, joined: 1 << 20, piece: 1 << 19 };

/** For devices, where a temporary's size matters less than the number of calls. */
export const WHOLE: GroupLimits = { ...LIMITS, piece: Infinity };

/** Joins small parameters, in the order given, so that the optimizer needs few nodes. */
export function parameterGroups(
  shapes: Readonly<Record<string, readonly number[]>>,
  limits = LIMITS,
): ParameterGroup[] {
  const groups: Omit<ParameterGroup, 'pieces'>[] = [];
  const open = new Map<boolean, Omit<ParameterGroup, 'pieces'>>();
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    const decays = shape.length > 1;
    const parameter = { name, shape, size };
    const current = open.get(decays);
    if (size < limits.own && current !== undefined && current.size + size <= limits.joined) {
      current.parameters.push(parameter);
      current.size += size;
      continue;
    }
    const group = { parameters: [parameter], size, decays };
    groups.push(group);
    if (size < limits.own) open.set(decays, group);
  }
  return groups.map((group, index) => ({ ...group, pieces: piecesOf(group, index, limits) }));
}

/** A parameter of its own is cut between rows, so that its pieces can be joined in its own shape. */
function piecesOf(
  { parameters, size }: Pick<ParameterGroup, 'parameters' | 'size'>,
  group: number,
  limits: GroupLimits,
): GroupPiece[] {
  const row = parameters.length === 1 ? size / (parameters[0]!.shape[0] ?? 1) : 1;
  const piece = Math.min(size, row * Math.max(1, Math.floor(limits.piece / row)));
  const count = Math.ceil(size / piece);
  return Array.from({ length: count }, (_, index) => {
    const start = index * piece;
    return { name: `group${group}.${index}`, start, size: Math.min(piece, size - start) };
  });
}
