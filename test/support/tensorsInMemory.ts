import { known, type TensorSource } from '../../trainer/src/checkpoint/tensorSource.ts';

export interface Tensor {
  shape: readonly number[];
  values: Float32Array;
}

/** Tensors that are in memory already. */
export function tensorsInMemory(tensors: ReadonlyMap<string, Tensor>): TensorSource {
  return {
    names: [...tensors.keys()],
    shape: (name) => known(tensors, name).shape,
    read: (name) => known(tensors, name).values,
  };
}
