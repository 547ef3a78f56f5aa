import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { FloatDtype } from '../../../trainer/src/checkpoint/floatFormats.ts';
import { openSafetensors } from '../../../trainer/src/checkpoint/openSafetensors.ts';
import { elementCount } from '../../../trainer/src/checkpoint/tensorSource.ts';
import { tensorsInMemory, type Tensor } from '../../support/tensorsInMemory.ts';
import { writeSafetensors } from '../../../trainer/src/checkpoint/writeSafetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A file with this JSON header and so many bytes of data. */
function fileWith(header: unknown, dataBytes: number): string {
  const file = path.join(temporaryFolder(), 'a.safetensors');
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
  return file;
}

const f32 = (shape: number[], start: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
});

describe('a header that is refused', () => {
  it.each([
    ['JSON that is cut', '{"a":', 0, /not a JSON object/],
    ['a list', '[]', 0, /not a JSON object/],
    ['overlap', { a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12, /"b" overlaps/],
    ['inside another', { a: f32([4], 0, 16), b: f32([1], 4, 8) }, 16, /"b" over/],
    ['a gap', { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12, /4 bytes before/],
    ['bytes left over', { a: f32([1], 0, 4) }, 9, /5 bytes after/],
    ['past the end', { a: f32([4], 0, 16) }, 12, /ends at byte/],
    ['offsets of the wrong size', { a: f32([3], 0, 8) }, 8, /wants 12 bytes/],
    ['offsets turned round', { a: f32([1], 4, 0) }, 4, /not \[start, end\]/],
    ['negative offsets', { a: f32([1], -4, 0) }, 4, /not \[start, end\]/],
    ['a negative size', { a: f32([-1], 0, 4) }, 4, /list of sizes/],
    ['unknown dtype', { a: { ...f32([1], 0, 4), dtype: 'Q4' } }, 4, /"Q4" is unk/],
    ['dtype of an object', { a: { ...f32([1], 0, 4), dtype: 'toString' } }, 4, /un/],
  ])('%s', async (what, header, dataBytes, message) => {
    const file = fileWith(header, dataBytes);
    await expect(openSafetensors(file)).rejects.toMatchObject({
      name: 'DeepCoderError',
      code: what === 'past the end' ? 'checkpoint-truncated' : 'checkpoint-header',
      exitCode: 3,
      message: expect.stringMatching(message) as string,
    });
  });

  it('lists every fault at once', async () => {
    const file = fileWith({ a: { ...f32([1], 0, 4), dtype: 'Q4' }, b: f32([3], 0, 8) }, 8);
    await expect(openSafetensors(file)).rejects.toThrow(/"a".*\n.*"b"/);
  });
});

it.each([
  { bytes: 0, message: /has 0 bytes/ },
  { bytes: 7, message: /has 7 bytes/ },
  { bytes: 20, message: /header wants/ },
])('says that a file of $bytes bytes is cut short', async ({ bytes, message }) => {
  const file = fileWith({ a: f32([1], 0, 4) }, 4);
  truncateSync(file, bytes);
  await expect(openSafetensors(file)).rejects.toMatchObject({ code: 'checkpoint-truncated' });
  await expect(openSafetensors(file)).rejects.toThrow(message);
});

it('says that a file with a senseless header length is no safetensors file', async () => {
  const file = path.join(temporaryFolder(), 'a.safetensors');
  writeFileSync(file, 'this is a text and not a checkpoint');
  await expect(openSafetensors(file)).rejects.toThrow(/no safetensors file/);
});

it('says that a file is not there', async () => {
  await expect(openSafetensors('/nowhere/a.safetensors')).rejects.toMatchObject({
    code: 'checkpoint-unreadable',
  });
});

it('notices a file that shrinks between opening and reading', async () => {
  const file = fileWith({ a: f32([4], 0, 16) }, 16);
  const opened = await openSafetensors(file);
  truncateSync(file, readFileSync(file).length - 4);
  await expect(opened.read('a')).rejects.toMatchObject({ code: 'checkpoint-truncated' });
});

it('opens a file with integers but refuses to read them as weights', async () => {
  const opened = await openSafetensors(
    fileWith({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8),
  );
  expect(opened.dtype('a')).toBe('I64');
  await expect(opened.read('a')).rejects.toMatchObject({ code: 'checkpoint-dtype' });
});

it.each(['F32', 'F16', 'BF16'] as const)('refuses NaN and infinity in %s', async (dtype) => {
  const file = await written(dtype, [1, 2, 3, 4]);
  const bytes = readFileSync(file);
  // All exponent bits of the last element set: an infinity or NaN in each of the formats.
  bytes.writeUInt16LE(0x7f80 | (dtype === 'F16' ? 0x7c00 : 0), bytes.length - 2);
  writeFileSync(file, bytes);
  const opened = await openSafetensors(file);
  await expect(opened.read('t')).rejects.toMatchObject({ code: 'checkpoint-not-finite' });
  await expect(opened.read('t')).rejects.toThrow(/tensor "t" holds \S+ at element 3/);
});

it.each([
  { dtype: 'F32', value: NaN, code: 'weights-not-finite' },
  { dtype: 'BF16', value: -Infinity, code: 'weights-not-finite' },
  { dtype: 'F16', value: 70000, code: 'weights-overflow' },
  { dtype: 'BF16', value: 3.4e38, code: 'weights-overflow' },
] as const)('never writes $value as $dtype', async ({ dtype, value, code }) => {
  await expect(written(dtype, [0, value])).rejects.toMatchObject({ code, exitCode: 3 });
  await expect(written(dtype, [0, value])).rejects.toThrow(/tensor "t".* element 1/);
});

async function written(dtype: FloatDtype, values: number[]): Promise<string> {
  const file = path.join(temporaryFolder(), 'a.safetensors');
  const tensor = { shape: [values.length], values: Float32Array.from(values) };
  await writeSafetensors(file, tensorsInMemory(new Map([['t', tensor]])), { dtype });
  return file;
}

it('reads back what it wrote: every dtype, any shape, scalars and empty tensors', async () => {
  const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
  const half = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8);
  const tensor = shape.chain((sizes) =>
    fc
      .array(half, { minLength: elementCount(sizes), maxLength: elementCount(sizes) })
      .map((values): Tensor => ({ shape: sizes, values: Float32Array.from(values) })),
  );
  const folder = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: 'binary', minLength: 1 }), tensor, { maxKeys: 5 }),
      fc.constantFrom('F32', 'F16', 'BF16' as const),
      async (record, dtype) => {
        const exact = dtype === 'BF16' ? coarsened(record) : record;
        const tensors = new Map(Object.entries(exact));
        const file = path.join(folder, 'a.safetensors');
        await writeSafetensors(file, tensorsInMemory(tensors), { dtype });
        const opened = await openSafetensors(file);
        expect(opened.metadata).toEqual({ format: 'pt' });
        expect([...opened.names].sort()).toEqual([...tensors.keys()].sort());
        for (const [name, { shape: sizes, values }] of tensors) {
          expect(opened.shape(name)).toEqual(sizes);
          expect(await opened.read(name)).toEqual(values);
        }
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

/** bf16 has 8 bits of mantissa: keep values that fit. */
function coarsened(record: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(record).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((value) => Math.sign(value) * (Math.abs(value * 8) % 128)) },
    ]),
  );
}

it('streams a tensor that is larger than its chunks', async () => {
  const values = Float32Array.from({ length: 3 * (1 << 20) + 5 }, (_, i) => (i % 199) - 99);
  const file = path.join(temporaryFolder(), 'a.safetensors');
  const tensors = tensorsInMemory(new Map([['t', { shape: [values.length], values }]]));
  for (const dtype of ['F32', 'F16', 'BF16'] as const) {
    await writeSafetensors(file, tensors, { dtype });
    expect(
      Buffer.compare(bytesOf(await (await openSafetensors(file)).read('t')), bytesOf(values)),
    ).toBe(0);
  }
});

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer);
}
