import type { ParameterSpec } from '../architecture.ts';

type Specs = Record<string, ParameterSpec>;

interface LinearOptions {
  in: number;
  out: number;
  bias?: boolean;
  /** Standard deviation of the first weights; biases begin with zeros. */
  deviation: number;
  layout?: 'out-in' | 'in-out';
}

/** A linear module's matrix, and its bias. */
export function linear(name: string, options: LinearOptions): Specs {
  const { out, bias = false, deviation, layout = 'out-in' } = options;
  const shape = layout === 'out-in' ? [out, options.in] : [options.in, out];
  return {
    [`${name}.weight`]: { shape, initial: { deviation }, layout },
    ...(bias && constant(`${name}.bias`, { width: out, value: 0 })),
  };
}

/** A matrix that is looked up in, or a head. */
export function table(
  name: string,
  { rows, width, deviation }: { rows: number; width: number; deviation: number },
): Specs {
  return { [`${name}.weight`]: { shape: [rows, width], initial: { deviation } } };
}

/** The weight of an RMSNorm. */
export function rmsNormSpecs(name: string, width: number, initial = 1): Specs {
  return constant(`${name}.weight`, { width, value: initial });
}

/** Weight and bias of a LayerNorm. */
export function layerNormSpecs(name: string, width: number): Specs {
  return {
    ...constant(`${name}.weight`, { width, value: 1 }),
    ...constant(`${name}.bias`, { width, value: 0 }),
  };
}

function constant(name: string, { width, value }: { width: number; value: number }): Specs {
  return { [name]: { shape: [width], initial: { constant: value } } };
}
