import type { HostTensor } from '../engine/program.ts';
import { parameterSpecs } from './architectures.ts';
import type { ModelConfig } from './modelConfig.ts';

/** Numbers from a standard normal distribution. */
export type Normal = () => number;

/** Weights of an untrained model, as Hugging Face initialises its family. */
export function initialParameters(config: ModelConfig, normal: Normal): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(parameterSpecs(config)).map(([name, { shape, initial }]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const data = new Float32Array(count);
      if ('constant' in initial) data.fill(initial.constant);
      else for (let i = 0; i < count; i++) data[i] = normal() * initial.deviation;
      return [name, { shape, dtype: 'float32', data }];
    }),
  );
}

/** Standard normal numbers from uniform ones in [0, 1) (Box and Muller 1958). */
export function normalFrom(uniform: () => number): Normal {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
