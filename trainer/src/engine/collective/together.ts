import type { Collective } from './collective.ts';

/** Sums numbers over all ranks, in rank order. */
export async function sumOver(collective: Collective, own: readonly number[]): Promise<number[]> {
  const { rank, size } = collective;
  const all = new Float64Array(own.length * size);
  all.set(own, rank * own.length);
  await collective.allGather(all, Array<number>(size).fill(own.length));
  return own.map((_, i) => {
    let sum = all[i]!;
    for (let other = 1; other < size; other++) sum += all[other * own.length + i]!;
    return sum;
  });
}

/** Gathers one text per rank, in rank order. */
export async function textsOf(collective: Collective, own: string): Promise<string[]> {
  const { rank, size } = collective;
  const bytes = Buffer.from(own);
  const counts = new Float64Array(size);
  counts[rank] = bytes.length;
  await collective.allGather(counts, Array<number>(size).fill(1));
  const all = new Uint8Array(counts.reduce((sum, count) => sum + count, 0));
  let start = 0;
  const starts = Array.from(counts, (count) => (start += count) - count);
  all.set(bytes, starts[rank]);
  await collective.allGather(all, [...counts]);
  return starts.map((at, i) => Buffer.from(all.subarray(at, at + counts[i]!)).toString());
}

/** Broadcasts the text of rank 0; the other ranks' texts are ignored. */
export async function textOfFirst(collective: Collective, own: string): Promise<string> {
  if (collective.size === 1) return own;
  const [first = ''] = await textsOf(collective, collective.rank === 0 ? own : '');
  return first;
}

/** Broadcasts a number from rank 0. */
export async function numberOfFirst(collective: Collective, own: number): Promise<number> {
  const cell = Float64Array.of(own);
  await collective.broadcast(cell, 0);
  return cell[0]!;
}
