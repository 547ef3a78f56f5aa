import { expect, test } from 'vitest';
import { decodeRuns, encodeRuns } from '../../client/panel/src/encodeRuns.ts';
import type { Run } from '../../client/panel/src/run.ts';
import { seriesFromRecords } from '../../client/panel/src/seriesFromRecords.ts';

function runWith(change: Partial<Run>): Run {
  return {
    id: 'a',
    name: 'a',
    state: 'finished',
    error: null,
    facts: [],
    config: '',
    series: [],
    play: [],
    episodes: [],
    problems: [],
    ...change,
  };
}

test('what goes in comes out, values as f32', () => {
  const records = Array.from({ length: 5000 }, (_, i) => ({
    step: i,
    tokensSeen: i * 2048,
    time: 1.9e9 + i / 3,
    values: i % 2 === 0 ? { even: 1 / (i + 1), both: i } : { both: i === 7 ? Number.NaN : i },
  }));
  const run = runWith({ series: seriesFromRecords(records), facts: [{ label: 'a', value: 'b' }] });
  const [decoded] = decodeRuns(encodeRuns([run]));
  expect({ ...decoded, series: [] }).toEqual({ ...run, series: [] });
  decoded!.series.forEach((series, i) => {
    const { value, ...axes } = run.series[i]!;
    expect(series).toEqual({ ...axes, value: value.map(Math.fround) });
  });
});

test('no text can close the script element that it stands in', () => {
  const run = runWith({ name: '</script><!-- <script>' });
  const text = encodeRuns([run]);
  expect(text).not.toContain('<');
  expect(decodeRuns(text)[0]!.name).toBe(run.name);
});
