/**
 * Places for the labels of a logarithmic axis: round numbers of each decade, fewer the more decades
 * there are; where the axis is too short for that, even steps.
 */
export function logTicks(low: number, high: number): number[] {
  if (high / low < 3) return evenTicks(low, high);
  const decades = Math.log10(high / low);
  const digits = decades < 1.1 ? [1, 2, 3, 5] : decades < 2.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 8));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += every) {
    // Dividing by 1000 is exact where multiplying by 0.001 is not.
    for (const one of digits.map((digit) =>
      power < 0 ? digit / 10 ** -power : digit * 10 ** power,
    ))
      ticks.push(one);
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

function evenTicks(low: number, high: number): number[] {
  const wish = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(wish));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= wish) ?? wish;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
