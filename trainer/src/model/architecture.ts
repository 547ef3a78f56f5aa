import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from './modelConfig.ts';

/**
 * A family of decoder-only models: all that training, decoding, scoring and checkpoints have to know of
 * it. A new family is one file in `families/` that makes such a value from the shared `parts/`, and its
 * entry in `ARCHITECTURES`.
 *
 * @typeParam C the family's own config
 */
export interface Architecture<C extends ModelConfig = ModelConfig> {
  /** The model that a `config.json` describes; `faults` name what it lacks or what is not supported. */
  readConfig(json: Record<string, unknown>): ConfigReading<C>;
  /** The keys of `config.json` that `readConfig` reads, in snake_case. */
  writeConfig(config: C): Record<string, unknown>;
  parameters(config: C): ModelParameters;
  /** What `transformers` puts before the names of all parameters but the head's, and some checkpoints leave out. */
  readonly basePrefix: string;
  /** Tensors that old checkpoints hold and that are not parameters: they are passed over. */
  isBuffer(name: string): boolean;
  /** The parameter `[V, D]` that turns final hidden states into logits. */
  head(config: C): string;
  attention(config: C, layer: number): AttentionHeads;
  /** Tables of rotary embeddings, by name; none without such embeddings. */
  rotaryTables(config: C, size: TableSize): Record<string, RotaryValues>;
  /** The hidden states that enter the first layer, float32 `[N, D]`. */
  embed(decoder: Decoder<C>, tokens: Tokens): Tensor;
  /** One layer, float32 `[N, D]` to the same. */
  layer(decoder: Decoder<C>, layer: number, xND: Tensor, context: LayerContext): Tensor;
  /** What follows the last layer, token by token, up to the head, float32 `[N, D]` to the same. */
  finish(decoder: Decoder<C>, xND: Tensor): Tensor;
  /** How many numbers a token and layer the backward pass reads again, for the memory estimate. */
  activations(config: C): number;
}

export interface ConfigReading<C extends ModelConfig = ModelConfig> {
  /** Null with any fault. */
  config: C | null;
  faults: string[];
}

export interface ParameterSpec {
  /** Matrices of projections are `[out, in]`, with `layout: 'in-out'` the other way round. */
  shape: readonly number[];
  /** Before the first step: a constant, or normal with this deviation. */
  initial: { constant: number } | { deviation: number };
  /** Of matrices that multiply activations, on which LoRA can be put. `in-out` is `Conv1D` of transformers. */
  layout?: 'out-in' | 'in-out';
}

/** Parameters by their Hugging Face names, in order; a tied head has none of its own. */
export interface ModelParameters {
  /** What `embed` reads. */
  embedding: Readonly<Record<string, ParameterSpec>>;
  /** What each layer reads. */
  layers: readonly Readonly<Record<string, ParameterSpec>>[];
  /** What `finish` reads, and the head where it is not tied. */
  final: Readonly<Record<string, ParameterSpec>>;
  /** What no step over tokens reads: a frozen tower and its connector, which make features of pictures. */
  apart?: Readonly<Record<string, ParameterSpec>>;
}

/** A model whose parameters are tensors. */
export interface Decoder<C extends ModelConfig = ModelConfig> {
  config: C;
  /** The parameter of this Hugging Face name. */
  parameter: (name: string) => Tensor;
  /** A linear module: activations `[N, in]` times the matrix of this name, plus its bias, `[N, out]`. */
  project: (name: string, xND: Tensor) => Tensor;
}

export interface Tokens {
  /** int32 `[B, T]` */
  idsBT: Tensor;
  /** Position of each token in its own record, int32 `[B, T]`. */
  positionsBT: Tensor;
  /** Of a model that sees: features of pictures, and the tokens that they stand for. */
  pictures?: PictureInput;
}

interface PictureInput {
  /** float32 `[F, D]` */
  featuresFD: Tensor;
  /** The row of `featuresFD` that each token is, -1 for tokens of the text; int32 `[B, T]`. */
  rowsBT: Tensor;
}

/** How the heads of a layer are laid out. */
export interface AttentionHeads {
  heads: number;
  /** Key and value heads; divides `heads`. */
  keyValueHeads: number;
  headDim: number;
  /** What scores are multiplied by; 1 / sqrt(headDim) where it is not given. */
  scale?: number;
  /** Tokens that a query sees, itself included; all before it where it is not given. */
  window?: number | null;
}

/** Queries `[B, T, H K]`, keys and values `[B, T, G K]`. */
export interface Heads {
  q: Tensor;
  k: Tensor;
  v: Tensor;
}

/** What a layer is given beside its input; how tokens see each other is the caller's concern. */
export interface LayerContext {
  batch: number;
  length: number;
  /** Turns queries or keys `[B, T, heads K]` by their positions, with the family's table of this name. */
  rotate: (xBTD: Tensor, table: string) => Tensor;
  /** Causal attention, `[B, T, H K]`. */
  attend: (heads: Heads) => Tensor;
}

export interface TableSize {
  /** Rows of a table: positions lie below it. */
  positions: number;
  /** The longest sequence that is meant, on which some ways of scaling depend. */
  reach: number;
}

/** Cosines and sines, float32 `[positions, half]`, row-major; `2 half` of a head's elements turn. */
export interface RotaryValues {
  cos: Float32Array;
  sin: Float32Array;
  half: number;
}
