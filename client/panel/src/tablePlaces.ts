/**
 * The x values at which a table of a chart has its rows: at most `rows` of them, spread evenly over
 * the points inside [from, to], with the first and the last.
 */
export function tablePlaces(
  x: Float64Array,
  [from, to]: readonly [number, number],
  rows: number,
): number[] {
  const inside = x.filter((place) => place >= from && place <= to);
  if (inside.length <= rows) return [...new Set(inside)];
  const every = (inside.length - 1) / (rows - 1);
  return [...new Set(Array.from({ length: rows }, (_, i) => inside[Math.round(i * every)]!))];
}
