import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEQUANTISE } from '../../../../trainer/src/checkpoint/gguf/dequantise.ts';
import { GGML_TYPES } from '../../../../trainer/src/gguf/ggmlTypes.ts';

/** Made by `test/reference/gguf_golden.py`. */
const GOLDENS = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../reference/goldens/gguf.json'), 'utf8'),
) as Record<string, { bytes: string; values: string }>;

test('a golden is there for every type but F32', () => {
  const names = [...GGML_TYPES.values()].map(({ name }) => name).filter((name) => name !== 'F32');
  expect(Object.keys(GOLDENS).sort()).toEqual(names.sort());
});

test.for([...GGML_TYPES.values()].filter(({ name }) => name !== 'F32'))(
  '$name gives the bits that ggml gives',
  ({ name, values, bytes: blockBytes }) => {
    const { bytes: given, values: wanted } = GOLDENS[name]!;
    // A copy of its own: views of halves need an even place.
    const bytes = Uint8Array.from(Buffer.from(given, 'base64'));
    const out = new Float32Array((bytes.length / blockBytes) * values);
    DEQUANTISE[name](bytes, out);
    expect(Buffer.from(out.buffer).toString('base64')).toBe(wanted);
  },
);
