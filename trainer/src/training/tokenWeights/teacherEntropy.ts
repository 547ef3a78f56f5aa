/** A teacher's cells at N positions; logarithms in nats. */
export interface TeacherCells {
  /** [N, k] */
  logps: Float32Array;
  /** [N]; null where k is the whole vocabulary, so that there is no tail cell. */
  tailLogp: Float32Array | null;
}

/** Entropy over the cells of each position, in nats. Cells of probability 0 add nothing. */
export function teacherEntropies({ logps, tailLogp }: TeacherCells, k: number): Float32Array {
  return Float32Array.from({ length: logps.length / k }, (_, row) => {
    let entropy = tailLogp === null ? 0 : term(tailLogp[row]!);
    for (let cell = 0; cell < k; cell++) entropy += term(logps[row * k + cell]!);
    return entropy;
  });
}

/** H = entropy over the cells / log(number of cells), within [0, 1]; 0 where there is one cell only. */
export function normalisedEntropies(cells: TeacherCells, k: number): Float32Array {
  const most = Math.log(k + (cells.tailLogp === null ? 0 : 1));
  return teacherEntropies(cells, k).map((entropy) =>
    most === 0 ? 0 : Math.min(1, Math.max(0, entropy / most)),
  );
}

function term(logp: number): number {
  const p = Math.exp(logp);
  return p === 0 ? 0 : -p * logp;
}
