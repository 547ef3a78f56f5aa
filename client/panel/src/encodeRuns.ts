import { f32FromBase64, f64FromBase64, toBase64 } from '@deepcoder/vocabulary';
import type { Run, Series, SeriesAxes } from './run.ts';

interface StoredRun extends Omit<Run, 'series'> {
  axes: { step: string; tokens: string; time: string }[];
  series: { name: string; axes: number; value: string }[];
}

/**
 * Runs as JSON that can stand inside a `script` element. Axes are base64 of f64, each stored once
 * however many series share it; values are f32, which is more than a screen shows.
 */
export function encodeRuns(runs: readonly Run[]): string {
  // A closing tag or a comment inside a script element would end or swallow it.
  return JSON.stringify(runs.map(storeRun)).replaceAll('<', '\\u003c');
}

/** What `encodeRuns` wrote. */
export function decodeRuns(text: string): Run[] {
  return (JSON.parse(text) as StoredRun[]).map(({ axes, series, ...rest }) => {
    const shared = axes.map(({ step, tokens, time }) => ({
      step: f64FromBase64(step),
      tokens: f64FromBase64(tokens),
      time: f64FromBase64(time),
    }));
    return {
      ...rest,
      series: series.map(({ name, axes: index, value }) => ({
        name,
        ...shared[index]!,
        value: Float64Array.from(f32FromBase64(value)),
      })),
    };
  });
}

function storeRun({ series, ...rest }: Run): StoredRun {
  const axes: SeriesAxes[] = [];
  const storedSeries = series.map((one) => ({
    name: one.name,
    axes: indexOfAxes(axes, one),
    value: toBase64(new Float32Array(one.value)),
  }));
  return {
    ...rest,
    axes: axes.map(({ step, tokens, time }) => ({
      step: toBase64(step),
      tokens: toBase64(tokens),
      time: toBase64(time),
    })),
    series: storedSeries,
  };
}

function indexOfAxes(axes: SeriesAxes[], series: Series): number {
  const index = axes.findIndex(({ step }) => step === series.step);
  return index >= 0 ? index : axes.push(series) - 1;
}
