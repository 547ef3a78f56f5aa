import path from 'node:path';

import type { HostTensor } from '../../trainer/src/engine/program.ts';

/** What llama_parity.py made, one folder a case. */
export const GOLDENS = path.join(import.meta.dirname, 'goldens');

/** The ids that every case is run on, as in llama_parity.py. */
export function fixedIds(vocabSize: number): HostTensor {
  const data = Int32Array.from({ length: 48 }, (_, i) => (7 * i * i + 3 * i + 5) % vocabSize);
  return { shape: [2, 24], dtype: 'int32', data };
}
