/**
 * Exponential moving average over about `points` points: s_i = (1 - a) s_{i-1} + a y_i with
 * a = 1 / points, divided by 1 - (1 - a)^i, so that it begins at y_0 and not at 0. A value that is not
 * finite stays so in the result and is left out of the average. 1 point is no smoothing.
 */
export function smooth(values: Float64Array, points: number): Float64Array {
  if (points <= 1) return values;
  const keep = 1 - 1 / points;
  const result = new Float64Array(values.length);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      sum = keep * sum + value;
      weight = keep * weight + 1;
      result[i] = sum / weight;
    } else result[i] = Number.NaN;
  }
  return result;
}
