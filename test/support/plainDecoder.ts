import type { LlamaConfig } from '../../trainer/src/model/families/llama.ts';

/**
 * The Llama decoder in plain f64 numbers, one row at a time and written from the formulas: the oracle
 * for ops, gradients and executors. Matrices are arrays of rows.
 */
export type Matrix = Float64Array[];

export function matrixOf(data: ArrayLike<number>, columns: number): Matrix {
  return Array.from({ length: data.length / columns }, (_, row) =>
    Float64Array.from({ length: columns }, (_, column) => data[row * columns + column]!),
  );
}

export function flat(matrix: Matrix): Float64Array {
  return Float64Array.from(matrix.flatMap((row) => [...row]));
}

/** x W^T */
export function matMulT(x: Matrix, w: Matrix): Matrix {
  return x.map((row) => Float64Array.from(w, (column) => dot(row, column)));
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function softmax(x: ArrayLike<number>): Float64Array {
  const numbers = Float64Array.from(x);
  const most = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = numbers.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}

export function plainRmsNorm(x: Matrix, weight: Float64Array, epsilon: number): Matrix {
  return x.map((row) => {
    const rms = Math.sqrt(dot(row, row) / row.length + epsilon);
    return row.map((value, i) => (value / rms) * weight[i]!);
  });
}

export function plainLayerNorm(
  x: Matrix,
  { weight, bias }: { weight: Float64Array; bias: Float64Array },
  epsilon: number,
): Matrix {
  return x.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const centred = row.map((value) => value - mean);
    const deviation = Math.sqrt(dot(centred, centred) / row.length + epsilon);
    return centred.map((value, i) => (value / deviation) * weight[i]! + bias[i]!);
  });
}

/** By the tanh formula. */
export function plainGelu(x: Float64Array): Float64Array {
  const root = Math.sqrt(2 / Math.PI);
  return x.map((value) => (value / 2) * (1 + Math.tanh(root * (value + 0.044715 * value ** 3))));
}

export function plainSwiGlu(gate: Matrix, up: Matrix): Matrix {
  return gate.map((row, t) => row.map((g, i) => (g / (1 + Math.exp(-g))) * up[t]![i]!));
}

/** Element i of a head's first half and element i of its second turn by position * theta^(-2 i / size). */
export function plainRotary(
  x: Matrix,
  positions: ArrayLike<number>,
  { headDim, theta }: { headDim: number; theta: number },
): Matrix {
  const half = headDim / 2;
  return x.map((row, t) => {
    const turned = row.slice();
    for (let head = 0; head < row.length; head += headDim) {
      for (let i = 0; i < half; i++) {
        const angle = positions[t]! * theta ** ((-2 * i) / headDim);
        const [a, b] = [row[head + i]!, row[head + half + i]!];
        turned[head + i] = a * Math.cos(angle) - b * Math.sin(angle);
        turned[head + half + i] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    return turned;
  });
}

/** Query t sees keys from starts[t] to t; query head h uses key head floor(h / (H / G)). */
export function plainAttention(
  { q, k, v }: { q: Matrix; k: Matrix; v: Matrix },
  starts: ArrayLike<number>,
  { heads, keyValueHeads, headDim }: { heads: number; keyValueHeads: number; headDim: number },
): Matrix {
  return q.map((row, t) => {
    const out = new Float64Array(heads * headDim);
    for (let head = 0; head < heads; head++) {
      const at = Math.floor(head / (heads / keyValueHeads)) * headDim;
      const scores = new Float64Array(t + 1 - starts[t]!);
      for (let i = 0; i < headDim; i++) {
        const query = row[head * headDim + i]! / Math.sqrt(headDim);
        for (let s = 0; s < scores.length; s++) scores[s]! += query * k[starts[t]! + s]![at + i]!;
      }
      softmax(scores).forEach((p, s) => {
        const value = v[starts[t]! + s]!;
        for (let i = 0; i < headDim; i++) out[head * headDim + i]! += p * value[at + i]!;
      });
    }
    return out;
  });
}

export interface PlainRow {
  ids: ArrayLike<number>;
  positions: ArrayLike<number>;
  starts: ArrayLike<number>;
}

/** Last hidden states of one row, `[T, D]`. Without rope scaling. */
export function plainHiddenStates(
  weights: Record<string, Matrix>,
  config: LlamaConfig,
  { ids, positions, starts }: PlainRow,
): Matrix {
  const vector = (name: string): Float64Array => weights[name]![0]!;
  const rotate = { headDim: config.headDim, theta: config.ropeTheta };
  const shape = {
    heads: config.numAttentionHeads,
    keyValueHeads: config.numKeyValueHeads,
    headDim: config.headDim,
  };
  let x = Array.from(ids, (id) => weights['model.embed_tokens.weight']![id]!);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const at = (name: string): string => `model.layers.${layer}.${name}.weight`;
    const project = (name: string, input: Matrix): Matrix => matMulT(input, weights[at(name)]!);
    const before = plainRmsNorm(x, vector(at('input_layernorm')), config.rmsNormEps);
    const attended = plainAttention(
      {
        q: plainRotary(project('self_attn.q_proj', before), positions, rotate),
        k: plainRotary(project('self_attn.k_proj', before), positions, rotate),
        v: project('self_attn.v_proj', before),
      },
      starts,
      shape,
    );
    x = add(x, project('self_attn.o_proj', attended));
    const middle = plainRmsNorm(x, vector(at('post_attention_layernorm')), config.rmsNormEps);
    const hidden = plainSwiGlu(project('mlp.gate_proj', middle), project('mlp.up_proj', middle));
    x = add(x, project('mlp.down_proj', hidden));
  }
  return plainRmsNorm(x, vector('model.norm.weight'), config.rmsNormEps);
}

function add(a: Matrix, b: Matrix): Matrix {
  return a.map((row, t) => row.map((value, i) => value + b[t]![i]!));
}
