import type { Tensor } from '@tensorflow/tfjs-core';
import type { Precision } from '../engine/program.ts';
import type { DivergenceChoice } from './divergence.ts';

/** The teacher's scores of N positions. */
export interface TeacherScores {
  /**
   * Top k tokens by falling probability, ties by id, int32 `[N, K]`, no token twice. Null for a teacher
   * with another tokenizer, whose cells are compared by rank; K is then not above V.
   */
  idsNK: Tensor | null;
  /** Their log-probabilities, float32 `[N, K]`; -1e4 and less means probability 0. */
  logpNK: Tensor;
  /** Log of the mass outside the top k, float32 `[N]`; null where k is the student's whole vocabulary. */
  tailLogpN: Tensor | null;
}

export interface LossInputs {
  /** Last hidden states at the supervised positions, float32 `[N, D]`. */
  hiddenND: Tensor;
  /** The output head, float32 `[V, D]`. */
  headVD: Tensor;
  /** The token that follows each position, int32 `[N]`. */
  labelsN: Tensor;
  /** w(t) / sum w over the accumulation window, times the loss scale; float32 `[N]`, 0 for padding. */
  weightsN: Tensor;
  /** Null: hard labels only. */
  teacher: TeacherScores | null;
  /** `KIND` codes of the labels, int32 `[N]`; wanted where kinds have different divergences. */
  kindsN?: Tensor | null;
  /** 1 where the teacher says something of a position, 0 where only its label counts; float32 `[N]`. Null: 1. */
  knownN?: Tensor | null;
  /** T at each position, float32 `[N]`; the teacher's scores are then those at 1 and are softened here. */
  temperatureN?: Tensor | null;
}

export interface LossOptions {
  /** Share of the divergence: L_t = (1 - kd) CE + kd T^power D. */
  kd: number;
  /** T where it is the same everywhere; the teacher's scores are then softened already. */
  temperature: number;
  divergence: DivergenceChoice;
  /** Whether the head's gradient is wanted. */
  trainHead: boolean;
  /** What the multiplications compute in; in fp32 large factors can be kept out of them. */
  precision: Precision;
  /** Positions per chunk; the logits of one chunk are all that exist at a time. */
  chunk: number;
}
