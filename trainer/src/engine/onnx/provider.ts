import type { DeepCoderError } from '@deepcoder/config';
import type { GraphTarget } from '../trace/graphTarget.ts';
import type { Handle, OrtApi } from './ortApi.ts';

export type ProviderName = 'cpu' | 'webgpu' | 'cuda';

/** A back end of ONNX Runtime, and how it is reached. */
export interface Provider {
  name: ProviderName;
  /** The shared library of ONNX Runtime that has it. */
  library: string;
  /** Libraries that it is linked to, which the system's loader would not find; loaded before it, in this order. */
  preload: readonly string[];
  /** Called once, before the first session. */
  register?: (api: OrtApi, environment: Handle) => void;
  /** Adds it to what a session may use. */
  append: (api: OrtApi, options: Handle) => void;
  /** What ONNX Runtime calls its memory; null where that is this process's. */
  memory: string | null;
  target: GraphTarget;
  /** What to say where it does not start, with ONNX Runtime's reason. */
  refused: (reason: string) => DeepCoderError;
}
