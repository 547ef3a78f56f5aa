import { gzipSync } from 'node:zlib';
import { openContents, parse, spanText, type ByteReader } from '@deepcoder/trajectory';
import { ByteWriter, parquetWrite, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';
import { ARROW_TABLE } from './arrowTable.ts';
import { readerOf, tar, textIn, textsIn, zstd } from './packing.ts';

type Options = Partial<Parameters<typeof parquetWrite>[0]>;

function parquet(columnData: ColumnSource[], options: Options = {}): Uint8Array {
  const writer = new ByteWriter();
  void parquetWrite({ writer, columnData, ...options });
  return new Uint8Array(writer.getBuffer());
}

async function rowsIn(bytes: Uint8Array): Promise<unknown[]> {
  const text = await textIn(bytes, 'a.parquet');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

const message = (role: string, content: string): object => ({ role, content });
/** A list of messages, as Arrow writes it. */
const CHAT_SCHEMA: Options['schema'] = [
  { name: 'root', num_children: 1 },
  { name: 'messages', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
  ...(['role', 'content'] as const).map((name) => ({
    ...{ name, type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const },
    repetition_type: 'OPTIONAL' as const,
  })),
];

const CHATS = [
  [message('user', 'Où?'), message('assistant', 'Là.')],
  [message('system', 'Be brief.'), message('user', 'Two\nlines'), message('assistant', '"Yes"')],
];

describe('rows', () => {
  test('are JSON lines, their lists and structs nested', async () => {
    const bytes = parquet([{ name: 'messages', data: CHATS }], { schema: CHAT_SCHEMA });
    expect(await rowsIn(bytes)).toEqual(CHATS.map((messages) => ({ messages })));
    const text = await textIn(bytes, 'a.parquet');
    const parsed = parse(text, { fileName: 'a.parquet' });
    expect(parsed.format).toBe('openai_chat');
    expect(
      parsed.spans.map(({ kind, traj }, i) => [kind, traj, spanText(text, parsed, i)]),
    ).toEqual([
      ['task', 0, 'Où?'],
      ['answer', 0, 'Là.'],
      ['system', 1, 'Be brief.'],
      ['task', 1, 'Two\nlines'],
      ['answer', 1, '"Yes"'],
    ]);
  });

  test('values of every type are written as JSON has them', async () => {
    const big = 9007199254740993n;
    const bytes = parquet([
      { name: 'big', data: [big, -1n], type: 'INT64' },
      { name: 'double', data: [0.1, 1e300], type: 'DOUBLE' },
      { name: 'yes', data: [true, false], type: 'BOOLEAN' },
      { name: 'when', data: [new Date(1_700_000_000_123), new Date(0)], type: 'TIMESTAMP' },
      { name: 'json', data: [{ a: [1, null] }, { b: 'x' }], type: 'JSON' },
      { name: 'none', data: ['x', null], type: 'STRING' },
      {
        name: 'picture',
        data: [Uint8Array.of(0x89, 0x50, 0, 1), Uint8Array.of(255)],
        type: 'BYTE_ARRAY',
      },
      {
        name: 'bytes',
        data: [new TextEncoder().encode('né'), new Uint8Array()],
        type: 'BYTE_ARRAY',
      },
    ]);
    const text = await textIn(bytes, 'a.parquet');
    const [first, second] = text.split('\n');
    expect(first).toBe(
      '{"big": 9007199254740993, "double": 0.1, "yes": true, "when": "2023-11-14T22:13:20.123Z", ' +
        '"json": "{\\"a\\":[1,null]}", "none": "x", "picture": "iVAAAQ==", "bytes": "né"}',
    );
    expect(JSON.parse(second!)).toMatchObject({ big: -1, none: null, picture: '/w==', bytes: '' });
  });

  test('of a table that Arrow wrote', async () => {
    expect(await textIn(ARROW_TABLE)).toBe(
      '{"id": 9007199254740993, "cat": "x", "messages": [{"role": "user", "content": "Où?"}, ' +
        '{"role": "assistant", "content": null}], "when": "2026-01-01T01:02:03.456789Z", "price": 12.3, ' +
        '"m": {"a": 1}, "img": {"bytes": "iVBORwAB", "path": "a.png"}, "d": "2026-01-02", "u8": 200}\n',
    );
  });

  test('decimals have the digits of their scale', async () => {
    const schema = [
      { name: 'root', num_children: 1 },
      {
        ...{ name: 'price', type: 'INT64' as const, repetition_type: 'REQUIRED' as const },
        ...{ converted_type: 'DECIMAL' as const, precision: 10, scale: 1 },
      },
    ];
    const bytes = parquet([{ name: 'price', data: [0.3, 0.7, -1.1] }], { schema });
    expect(await rowsIn(bytes)).toEqual([{ price: 0.3 }, { price: 0.7 }, { price: -1.1 }]);
  });

  test.each([
    ['uncompressed', { codec: 'UNCOMPRESSED' }],
    ['Snappy', { codec: 'SNAPPY' }],
    ['gzip', { codec: 'GZIP', compressors: { GZIP: (input) => gzipSync(input) } }],
    ['Zstandard', { codec: 'ZSTD', compressors: { ZSTD: zstd } }],
    ['several row groups', { rowGroupSize: 3 }],
  ] as [string, Options][])('%s', async (_, options) => {
    const texts = Array.from({ length: 10 }, (_, i) => `Text ${i % 2}`);
    const bytes = parquet([{ name: 'text', data: texts, type: 'STRING' }], options);
    expect(await rowsIn(bytes)).toEqual(texts.map((text) => ({ text })));
  });

  test('of an empty table are an empty text', async () => {
    expect(await textIn(parquet([{ name: 'a', data: [], type: 'STRING' }]))).toBe('');
  });

  test('in an archive are a file of it', async () => {
    const content = parquet([{ name: 'a', data: ['x'], type: 'STRING' }]);
    const archive = tar([{ name: 'data/train.parquet', content }]);
    for (const packed of [archive, zstd(archive), new Uint8Array(gzipSync(archive))])
      expect(await textsIn(packed)).toMatchObject([
        { name: 'data/train.parquet', fileName: 'train.parquet', text: '{"a": "x"}\n' },
      ]);
  });
});

test('a column of texts is read as the texts are', async () => {
  for (const { name, text } of fixtureFiles) {
    if (/^\s*[[{]/.test(text)) continue;
    const row = `${JSON.stringify({ text })}\n`.replace('{"text":', '{"text": ');
    const bytes = parquet([{ name: 'text', data: [text], type: 'STRING' }]);
    expect(await textIn(bytes), name).toBe(row);
  }
});

describe('damaged files', () => {
  const bytes = parquet([{ name: 'messages', data: [...CHATS, ...CHATS] }], {
    ...{ schema: CHAT_SCHEMA, rowGroupSize: 2 },
  });
  test('cut anywhere are refused', async () => {
    for (let end = 4; end < bytes.length; end += 3) {
      const [only] = await textsIn(bytes.subarray(0, end));
      expect(only).toHaveProperty('refused');
    }
  });

  test('changed anywhere never throw', async () => {
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = bytes.slice();
      changed[at] = changed[at]! ^ 0xff;
      expect((await textsIn(changed)).length).toBeGreaterThan(0);
    }
  });

  test('whose page counts more values than the column has are refused', async () => {
    const one = parquet([{ name: 'text', data: ['a', 'b'], type: 'STRING' }]);
    const header = Buffer.from(one).indexOf(Buffer.from([0x5c, 0x15, 4]));
    one.set([0xfe, 0xff, 0xff, 0xff, 0x0f], header + 2);
    expect(await textsIn(one)).toEqual([
      expect.objectContaining({ refused: expect.stringContaining('') as string }),
    ]);
  });

  test('of which a row group is broken give those before it', async () => {
    const changed = bytes.slice();
    const middle = Math.floor(bytes.length / 3);
    changed.fill(0xff, middle - 20, middle);
    const read = await textsIn(changed);
    expect(read.at(-1)).toHaveProperty('refused');
  });
});

describe('read here and there', () => {
  const texts = Array.from({ length: 3000 }, (_, i) => `${i} é ${'x'.repeat(i % 90)}`);
  const bytes = parquet([{ name: 'text', data: texts, type: 'STRING' }], { rowGroupSize: 500 });
  const whole = new TextEncoder().encode(texts.map((text) => `{"text": "${text}"}\n`).join(''));

  async function open(): Promise<{ reader: ByteReader; read: () => number }> {
    let read = 0;
    const file = readerOf(bytes);
    const counting: ByteReader = {
      size: file.size,
      read: (offset, length) => {
        read += Math.min(length, bytes.length - offset);
        return file.read(offset, length);
      },
    };
    const [only] = await openContents(counting, 'a.parquet');
    if (!only || !('reader' in only)) throw new Error('refused');
    read = 0;
    return { reader: only.reader, read: () => read };
  }

  test('gives the bytes of the text at any place, in any order', async () => {
    const { reader } = await open();
    for (const offset of [0, 77_000, 40, whole.length - 30, 1000, whole.length, 150_000]) {
      for (const length of [1, 100, 60_000]) {
        const part = await reader.read(offset, length);
        expect(Buffer.compare(part, whole.subarray(offset, offset + length))).toBe(0);
      }
    }
    expect(reader.size).toBe(whole.length);
  });

  test('reads no row group but those that are needed', async () => {
    const { reader, read } = await open();
    await reader.read(0, 1000);
    expect(read()).toBeLessThan(bytes.length / 3);
    expect(reader.size).toBeGreaterThan(1000);
  });
});
