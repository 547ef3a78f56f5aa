/** The parts of a metric's name, `<phase>/<quantity>[/<kind>]`. */
export interface MetricName {
  /** `train`, `eval`, `play`; a name without one was measured in training. */
  phase: string;
  quantity: string;
  /** `reasoning`, `action`, ...; null is over all supervised tokens. */
  kind: string | null;
}

export function parseMetricName(name: string): MetricName {
  const [first = '', second, ...rest] = name.split('/');
  if (second === undefined) return { phase: 'train', quantity: first, kind: null };
  return { phase: first, quantity: second, kind: rest.length === 0 ? null : rest.join('/') };
}
