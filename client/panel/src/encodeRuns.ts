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
      step: f64(step),
      tokens: f64(tokens),
      time: f64(time),
    }));
    return {
      ...rest,
      series: series.map(({ name, axes: index, value }) => ({
        name,
        ...shared[index]!,
        value: Float64Array.from(new Float32Array(bytesOf(value).buffer)),
      })),
    };
  });
}

function storeRun({ series, ...rest }: Run): StoredRun {
  const axes: SeriesAxes[] = [];
  const storedSeries = series.map((one) => ({
    name: one.name,
    axes: indexOfAxes(axes, one),
    value: base64(new Float32Array(one.value)),
  }));
  return {
    ...rest,
    axes: axes.map(({ step, tokens, time }) => ({
      step: base64(step),
      tokens: base64(tokens),
      time: base64(time),
    })),
    series: storedSeries,
  };
}

function indexOfAxes(axes: SeriesAxes[], series: Series): number {
  const index = axes.findIndex(({ step }) => step === series.step);
  return index >= 0 ? index : axes.push(series) - 1;
}

function base64(array: Float32Array | Float64Array): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let binary = '';
  // More arguments than this overflow the stack of some engines.
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function f64(text: string): Float64Array {
  return new Float64Array(bytesOf(text).buffer);
}
