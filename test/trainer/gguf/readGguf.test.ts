import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readGguf } from '../../../trainer/src/gguf/readGguf.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { floats, writeGguf, type WrittenTensor } from '../../support/writeGguf.ts';

const TENSOR = { shape: [2, 32], type: 0, bytes: floats(Array.from({ length: 64 }, (_, i) => i)) };

function written(tensors: Record<string, WrittenTensor> = { a: TENSOR, b: TENSOR }): string {
  const file = path.join(temporaryFolder(), 'model.gguf');
  const metadata = {
    'general.architecture': { text: 'llama' },
    'llama.block_count': { u32: 7 },
    'tokenizer.ggml.tokens': { texts: ['<s>', 'ü'] },
    'tokenizer.ggml.scores': { f32s: [0, -1.5] },
    flag: { bool: true },
  };
  writeGguf(file, metadata, tensors);
  return file;
}

test('reads metadata, shapes with rows first, and where the data lies', () => {
  const file = written();
  const { metadata, tensors } = readGguf(file);
  expect(metadata.get('llama.block_count')).toBe(7);
  expect(metadata.get('tokenizer.ggml.tokens')).toEqual(['<s>', 'ü']);
  expect(metadata.get('tokenizer.ggml.scores')).toEqual([0, -1.5]);
  expect(metadata.get('flag')).toBe(true);
  const { start, end, shape } = tensors.get('b')!;
  expect(shape).toEqual([2, 32]);
  expect(readFileSync(file).subarray(start, end)).toEqual(Buffer.from(TENSOR.bytes));
});

const cases: [string, (file: string) => string, string, RegExp][] = [
  ['no such file', (file) => `${file}.not`, 'checkpoint-unreadable', /no such file/],
  ['not GGUF', (file) => patched(file, 0, Buffer.from('PK')), 'gguf-header', /is no GGUF file/],
  [
    'big-endian',
    (file) => patched(file, 4, Buffer.from([0, 0, 0, 3])),
    'gguf-header',
    /big-endian/,
  ],
  ['version 9', (file) => patched(file, 4, Buffer.from([9])), 'gguf-header', /version 9/],
  [
    '2^60 tensors',
    (file) => patched(file, 8, u64(2n ** 60n)),
    'gguf-header',
    /promises 1152921504606847000 tensors/,
  ],
  ['2^60 values', (file) => patched(file, 16, u64(2n ** 60n)), 'gguf-header', /metadata values/],
  ['a key of 2^60 bytes', (file) => patched(file, 24, u64(2n ** 60n)), 'gguf-header', /a text of/],
  ['a header that is cut', (file) => cut(file, 60), 'gguf-header', /promises/],
  [
    'weights that are cut',
    (file) => cut(file, readFileSync(file).length - 64),
    'gguf-truncated',
    /tensor "b" ends at byte/,
  ],
];

test.for(cases)('%s is refused', ([, damage, code, message]) => {
  const file = damage(written());
  const error = thrownBy(() => readGguf(file));
  expect(error).toMatchObject({ code, exitCode: 3 });
  expect((error as Error).message).toMatch(message);
});

test('a list of 2^60 elements is refused before memory is asked for', () => {
  const file = written();
  const at =
    readFileSync(file).indexOf('tokenizer.ggml.scores') + 'tokenizer.ggml.scores'.length + 8;
  patched(file, at, u64(2n ** 60n));
  expect(() => readGguf(file)).toThrow(/elements of "tokenizer.ggml.scores"/);
});

test.for<[string, Record<string, WrittenTensor>, string, RegExp]>([
  [
    'an unknown type',
    { a: { ...TENSOR, type: 77 } },
    'gguf-type',
    /type number 77, which is not read; take a file with F32/,
  ],
  ['a type that is known and not read', { a: { ...TENSOR, type: 10 } }, 'gguf-type', /type Q2_K/],
  [
    'overlapping tensors',
    { a: TENSOR, b: { ...TENSOR, offset: 128 } },
    'gguf-header',
    /"a" and "b" overlap/,
  ],
  ['a tensor behind the end', { a: { ...TENSOR, offset: 2 ** 50 } }, 'gguf-truncated', /cut short/],
  [
    'a shape of 2^60',
    { a: { ...TENSOR, shape: [2 ** 30, 2 ** 30] } },
    'gguf-header',
    /cannot have the shape/,
  ],
  [
    'rows that are no whole blocks',
    { a: { ...TENSOR, shape: [4, 16], type: 2 } },
    'gguf-header',
    /cannot have the shape/,
  ],
  ['five dimensions', { a: { ...TENSOR, shape: [1, 1, 1, 2, 32] } }, 'gguf-header', /5 dimensions/],
])('%s: refused', ([, tensors, code, message]) => {
  const error = thrownBy(() => readGguf(written(tensors)));
  expect(error).toMatchObject({ code });
  expect((error as Error).message).toMatch(message);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function patched(file: string, at: number, bytes: Buffer): string {
  const content = readFileSync(file);
  content.set(bytes, at);
  writeFileSync(file, content);
  return file;
}

function cut(file: string, length: number): string {
  truncateSync(file, length);
  return file;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
