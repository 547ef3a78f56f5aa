/** A host with its number of ranks, as mpirun takes it: `gpu1`, `gpu1:2`. */
export function splitHost(text: string): { host: string; ranks: number } {
  const [, host = text, ranks = '1'] = /^(.+):(\d+)$/.exec(text) ?? [];
  return { host, ranks: Number(ranks) };
}
