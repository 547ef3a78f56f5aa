import { describe, expect, test } from 'vitest';
import { createDetails, type Seen } from '../../client/panel/src/page/details.ts';
import type { Run, Series } from '../../client/panel/src/run.ts';

/** Values at steps a distance apart. */
function seriesOf({ from = 0, to, by }: { from?: number; to: number; by: number }): Series {
  const step = Float64Array.from({ length: (to - from) / by + 1 }, (_, i) => from + i * by);
  const tokens = step.map((at) => at * 512);
  const time = step.map((at) => 1000 + at / 10);
  const every = by > 1 ? { every: by } : {};
  return { name: 'train/loss', step, tokens, time, value: step.map(Math.sqrt), ...every };
}

const run = (id: string, series: Series) => ({ id, series: [series] }) as unknown as Run;
const seen =
  (range: [number, number], axis: Seen['axis'] = 'step', origin = 0) =>
  () => ({
    ...{ axis, range, origin },
  });

const thin = seriesOf({ to: 100_000, by: 100 });
const whole = seriesOf({ to: 100_000, by: 1 });

describe('details', () => {
  test('are asked for with room on both sides, where points were left out', () => {
    const details = createDetails();
    expect(details.missing([run('a', whole)], seen([4000, 6000]))).toBeNull();
    const part = details.missing([run('a', thin)], seen([4000, 6000]))!;
    expect(part.from).toBeLessThan(3500);
    expect(part.to).toBeGreaterThan(6500);
    expect(part.to - part.from).toBeLessThan(6000);
  });

  test.each([
    ['tokens', [4000 * 512, 6000 * 512], 0],
    ['time', [400, 600], 1000],
  ] as const)('are asked for by steps also where %s are across', (axis, range, origin) => {
    const part = createDetails().missing([run('a', thin)], seen([...range], axis, origin))!;
    expect(part.from).toBeLessThan(3500);
    expect(part.from).toBeGreaterThan(2000);
    expect(part.to).toBeGreaterThan(6500);
  });

  test('take the place of the series where they cover what is seen', () => {
    const details = createDetails();
    const part = seriesOf({ from: 3000, to: 7000, by: 1 });
    details.put('a', { from: 3000, to: 7000, series: [part] });
    const at = (range: [number, number]) => details.seriesFor('a', thin, seen(range)());
    expect(at([4000, 6000])).toBe(part);
    expect(at([4000, 9000])).toBe(thin);
    expect(details.seriesFor('b', thin, seen([4000, 6000])())).toBe(thin);
    expect(details.missing([run('a', thin)], seen([4000, 6000]))).toBeNull();
    expect(details.missing([run('a', thin)], seen([4000, 9000]))).not.toBeNull();
    details.drop('a');
    expect(at([4000, 6000])).toBe(thin);
  });

  test('that are selections themselves are asked for anew when the view comes nearer', () => {
    const details = createDetails();
    const part = { from: 0, to: 80_000, series: [seriesOf({ to: 80_000, by: 10 })] };
    details.put('a', part);
    expect(details.missing([run('a', thin)], seen([10_000, 60_000]))).toBeNull();
    expect(details.missing([run('a', thin)], seen([10_000, 11_000]))).not.toBeNull();
  });
});
