import type { Precision } from '../program.ts';
import type { Node } from './graph.ts';
import type { TracedProgram } from './tracedProgram.ts';

export interface HalfOptions {
  precision: Precision;
  /**
   * Whether the provider multiplies in half precision. If not, operands and products are only rounded to
   * it and the multiplication itself stays in f32: the same numbers but for the order of sums, no speed.
   */
  computesHalf: boolean;
  /** `FusedMatMul`; otherwise `Gemm`. */
  hasFusedMatMul: boolean;
}

/** `TensorProto.DataType` of onnx.proto. */
const DATA_TYPE = { float32: 1, fp16: 10, bf16: 16 } as const;

/**
 * Mixed precision as a pass over a traced program: every matrix multiplication takes its operands in half
 * precision and gives its product back as f32. Everything else (norms, softmax, losses, sums, the
 * optimizer) and all weights stay f32. A value that several multiplications use is cast once, so each
 * weight is cast once a step for the forward and the backward pass.
 *
 * A `Gemm` that adds to a third operand adds in f32.
 */
export function halfPrecision(program: TracedProgram, options: HalfOptions): TracedProgram {
  if (options.precision === 'fp32') return program;
  const pass = new Pass(options.precision, options);
  for (const node of program.nodes) pass.add(node);
  return { ...program, nodes: pass.nodes };
}

class Pass {
  readonly nodes: Node[] = [];
  private readonly precision: 'fp16' | 'bf16';
  private readonly options: Omit<HalfOptions, 'precision'>;
  private readonly halves = new Map<string, string>();

  constructor(precision: 'fp16' | 'bf16', options: Omit<HalfOptions, 'precision'>) {
    this.precision = precision;
    this.options = options;
  }

  add(node: Node): void {
    if (node.op === 'MatMul' || node.op === 'FusedMatMul') this.multiply(node);
    else if (node.op === 'Gemm') this.multiplyAndAdd(node);
    else this.nodes.push(node);
  }

  private multiply(node: Node): void {
    const output = node.outputs[0]!;
    const product = `${output}/product`;
    const inputs = node.inputs.map((name) => this.half(name));
    this.nodes.push({ ...node, inputs, outputs: [product] });
    this.toFloat(product, output);
  }

  private multiplyAndAdd({ inputs, outputs, attributes }: Node): void {
    const [a, b, c] = inputs as [string, string, string | undefined];
    const product = c === undefined ? outputs[0]! : `${outputs[0]!}/matmul`;
    const { transA = 0, transB = 0, alpha = { float: 1 } } = attributes;
    const { hasFusedMatMul } = this.options;
    this.multiply({
      op: hasFusedMatMul ? 'FusedMatMul' : 'Gemm',
      domain: hasFusedMatMul ? 'com.microsoft' : '',
      inputs: [a, b],
      outputs: [product],
      attributes: { transA, transB, alpha },
    });
    if (c === undefined) return;
    this.nodes.push({ op: 'Add', domain: '', inputs: [c, product], outputs, attributes: {} });
  }

  /** The value in half precision, or rounded to it. */
  private half(name: string): string {
    const known = this.halves.get(name);
    if (known !== undefined) return known;
    const half = `${name}/${this.precision}`;
    this.halves.set(name, half);
    if (this.options.computesHalf) this.cast(name, half, this.precision);
    else this.round(name, half);
    return half;
  }

  private toFloat(product: string, output: string): void {
    if (this.options.computesHalf) this.cast(product, output, 'float32');
    else this.round(product, output);
  }

  private round(from: string, to: string): void {
    this.cast(from, `${to}/rounded`, this.precision);
    this.cast(`${to}/rounded`, to, 'float32');
  }

  private cast(from: string, to: string, type: keyof typeof DATA_TYPE): void {
    const attributes = { to: DATA_TYPE[type] };
    this.nodes.push({ op: 'Cast', domain: '', inputs: [from], outputs: [to], attributes });
  }
}
