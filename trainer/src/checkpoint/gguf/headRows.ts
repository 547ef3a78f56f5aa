/**
 * Rows of a head in the order of the Hub from that of a GGUF file, or the other way: llama.cpp's rotary positions turn
 * neighbours, transformers' the two halves of a head, so row `2i + s` of a head in a GGUF file is row
 * `s * headDim / 2 + i` on the Hub (`LlamaModel.permute` of its converter).
 *
 * @param values f32 `[heads * headDim, columns]`, or `[heads * headDim]` of a bias
 */
export function headRows(
  values: Float32Array,
  { rows, heads, to }: { rows: number; heads: number; to: 'hub' | 'gguf' },
): Float32Array {
  const columns = values.length / rows;
  const headDim = rows / heads;
  const half = headDim / 2;
  const out = new Float32Array(values.length);
  for (let hub = 0; hub < rows; hub++) {
    const inHead = hub % headDim;
    const gguf = hub - inHead + 2 * (inHead % half) + Math.floor(inHead / half);
    const [from, at] = to === 'hub' ? [gguf, hub] : [hub, gguf];
    out.set(values.subarray(from * columns, (from + 1) * columns), at * columns);
  }
  return out;
}
