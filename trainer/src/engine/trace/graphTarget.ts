/** What a provider's kernels can do. The lowerings ask, so it is part of what a graph is cached by. */
export interface GraphTarget {
  name: string;
  /** Tensors that a node may read and write, all together. */
  maxBuffers: number;
  /** The largest tensor that a `ScatterND` may write, in bytes. */
  maxScatterBytes: number;
  /** `ScatterND` adds all rows of one index. On the CPU its threads add at once, and some are lost. */
  addsRepeatedRows: boolean;
  /** `FusedMatMul`, which takes transposed operands and a factor. */
  hasFusedMatMul: boolean;
  /** `Or`, `Sum`, `Sign`, `OneHot`, and `Slice` of integers; otherwise made of others. */
  hasAllOperators: boolean;
  /** Norms give the statistics of their rows too. */
  hasNormStatistics: boolean;
  /** `ReduceMax` and `ReduceMin`; otherwise the first of `TopK`. */
  hasReduceMax: boolean;
  /** One long sum is spread over everything that computes; otherwise few threads make it. */
  sumsInParallel: boolean;
  /**
   * What the graph computes can decide what it does: branches, and where a slice starts. On a device both make the
   * host wait for it.
   */
  hasControl: boolean;
  /** A node may write the very buffer that it reads, if it does so element by element. */
  writesWhatItReads: boolean;
  /** Frozen weights are part of the session; otherwise they are bound like state, and sessions share them. */
  packsWeights: boolean;
  /** Queries per block of attention; up to twice as many are one block. */
  attentionBlock: number;
}

export const CPU_TARGET: GraphTarget = {
  name: 'cpu',
  maxBuffers: Infinity,
  maxScatterBytes: Infinity,
  addsRepeatedRows: false,
  hasFusedMatMul: true,
  hasAllOperators: true,
  hasNormStatistics: true,
  hasReduceMax: true,
  sumsInParallel: true,
  hasControl: true,
  writesWhatItReads: true,
  packsWeights: true,
  attentionBlock: 256,
};

export const CUDA_TARGET: GraphTarget = {
  ...CPU_TARGET,
  name: 'cuda',
  addsRepeatedRows: true,
  // It makes them with cuDNN, half a gigabyte that nothing else needs.
  hasReduceMax: false,
  hasControl: false,
  packsWeights: false,
};

export const WEBGPU_TARGET: GraphTarget = {
  ...CPU_TARGET,
  name: 'webgpu',
  // Every WebGPU device has 8 a shader; ONNX Runtime's own splitting of Concat takes one too many.
  maxBuffers: 7,
  maxScatterBytes: 128 << 20,
  addsRepeatedRows: true,
  hasFusedMatMul: false,
  hasAllOperators: false,
  hasNormStatistics: false,
  sumsInParallel: false,
  hasControl: false,
  writesWhatItReads: false,
  packsWeights: false,
};
