/**
 * Average with weights that fall off on both sides as k^|i-j|, so that a falling curve is not drawn
 * late as a one-sided average would: s_i = sum_j k^|i-j| y_j / sum_j k^|i-j|, with
 * k = (points - 1) / (points + 1), which lets about `points` values count. Values that are not finite
 * are left out of the sums and stay as gaps in the result. 1 point is no smoothing.
 */
export function smooth(values: Float64Array, points: number): Float64Array {
  if (points <= 1) return values;
  const keep = (points - 1) / (points + 1);
  const count = values.length;
  const sums = new Float64Array(count);
  const weights = new Float64Array(count);
  let sum = 0;
  let weight = 0;
  const take = (i: number) => {
    const finite = Number.isFinite(values[i]!);
    sum = keep * sum + (finite ? values[i]! : 0);
    weight = keep * weight + (finite ? 1 : 0);
    return finite;
  };
  for (let i = 0; i < count; i++) {
    take(i);
    sums[i] = sum;
    weights[i] = weight;
  }
  sum = weight = 0;
  for (let i = count - 1; i >= 0; i--) {
    // The value itself is in both sums.
    const finite = take(i);
    sums[i] = finite ? (sums[i]! + sum - values[i]!) / (weights[i]! + weight - 1) : Number.NaN;
  }
  return sums;
}

/** What smoothing to begin with: a fortieth of the longest curve, and none for a short one. */
export function initialSmoothing(longest: number): number {
  return Math.min(100, Math.max(1, Math.round(longest / 40)));
}
