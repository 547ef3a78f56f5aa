/**
 * 95 % confidence interval of a share seen in `trials` trials (Wilson, 1927): with z = 1.96,
 * (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4 n^2)) / (1 + z^2 / n). No trials: [0, 1].
 */
export function wilsonInterval(share: number, trials: number): [number, number] {
  if (trials <= 0) return [0, 1];
  const z2 = 1.96 ** 2;
  const middle = share + z2 / (2 * trials);
  const reach = Math.sqrt(z2 * ((share * (1 - share)) / trials + z2 / (4 * trials ** 2)));
  const scale = 1 + z2 / trials;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}
