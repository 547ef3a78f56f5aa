import { indexFile, parse, recordAt, SPAN_KINDS, type ByteReader } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';

function readerOf(text: string): ByteReader {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  };
}

async function totals(
  text: string,
  options: Parameters<typeof indexFile>[1],
): Promise<Record<string, number>> {
  const { entries } = await indexFile(readerOf(text), options);
  const sums: Record<string, number> = {};
  for (let row = 0; row < entries.count; row += 1) {
    for (const [kind, count] of Object.entries(entries.kindCounts(row)))
      sums[kind] = (sums[kind] ?? 0) + count;
  }
  return sums;
}

function counted(text: string, fileName: string): Record<string, number> {
  const { spans } = parse(text, { fileName });
  return Object.fromEntries(
    SPAN_KINDS.map((kind) => [kind, spans.filter((span) => span.kind === kind).length]),
  );
}

const SIDE_CHAINS = 'claude_code';

describe('indexFile', () => {
  const files = fixtureFiles.filter(
    ({ format, text }) => parse(text).spans.length > 0 && format !== SIDE_CHAINS,
  );
  test.each(files)(
    '$format/$name counts what parse finds, in parts of any size',
    async ({ name, text }) => {
      for (const chunkBytes of [200, 1000, 1 << 20]) {
        expect(await totals(text, { fileName: name, chunkBytes })).toEqual({
          ...zero(),
          ...counted(text, name),
        });
      }
    },
  );

  test('gives each record back, with ids and merged rows', async () => {
    const lines = Array.from(
      { length: 100 },
      (_, i) => `{"id":"r${i}","messages":[{"role":"user","content":"é ${i}"}]}\n`,
    );
    const reader = readerOf(lines.join(''));
    const index = await indexFile(reader, { chunkBytes: 500 });
    expect(index.entries.id(7)).toBe('r7');
    const small = await indexFile(reader, { chunkBytes: 500, maxEntries: 16 });
    expect(small.entries.count).toBeLessThanOrEqual(16);
    expect(small.entries.records).toBe(100);
    for (const i of [0, 1, 50, 99]) {
      expect((await recordAt(reader, index, i))?.text).toBe(lines[i]);
      expect((await recordAt(reader, small, i))?.text).toBe(lines[i]);
    }
    expect(await recordAt(reader, index, 100)).toBeNull();
  });

  test('stops when told to, and goes on from there', async () => {
    const text = 'Question: a\nThought: b\nAction: c\n'.repeat(200);
    const reader = readerOf(text);
    const stop = new AbortController();
    const first = await indexFile(reader, {
      chunkBytes: 300,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(first.complete).toBe(false);
    const done = await indexFile(reader, { chunkBytes: 300, resume: first });
    expect(done.complete).toBe(true);
    expect(done.entries.records).toBe(200);
  });

  test('passes over a record that is too long', async () => {
    const long = `{"messages":[{"role":"user","content":"${'x'.repeat(5000)}"}]}\n`;
    const short = '{"messages":[{"role":"user","content":"y"}]}\n';
    const index = await indexFile(readerOf(short + long + short), {
      chunkBytes: 100,
      maxRecordBytes: 1000,
    });
    expect(index.oversized).toEqual([1]);
    expect(index.entries.records).toBe(3);
    expect(index.complete).toBe(true);
  });

  test('passes over a first line that is too long to tell the format by', async () => {
    const long = `{"messages":[{"role":"user","content":"${'x'.repeat(5000)}"}]}\n`;
    const short = '{"messages":[{"role":"user","content":"y"}]}\n';
    const index = await indexFile(readerOf(long + short + short), {
      chunkBytes: 100,
      maxRecordBytes: 1000,
    });
    expect(index).toMatchObject({ oversized: [0], cut: 'lines', complete: true });
    expect(index.entries.records).toBe(3);
  });

  test('a record that is too long is counted once, wherever it is cancelled', async () => {
    const long = `{"messages":[{"role":"user","content":"${'x'.repeat(5000)}"}]}\n`;
    const short = '{"messages":[{"role":"user","content":"y"}]}\n';
    const reader = readerOf(short + long + short);
    const options = { chunkBytes: 100, maxRecordBytes: 1000 };
    for (let steps = 1; steps < 60; steps += 1) {
      const stop = new AbortController();
      let left = steps;
      const onProgress = (): void => {
        left -= 1;
        if (left === 0) stop.abort();
      };
      const first = await indexFile(reader, { ...options, signal: stop.signal, onProgress });
      const index = await indexFile(reader, { ...options, resume: first });
      expect(index).toMatchObject({ oversized: [1], complete: true });
      expect(index.entries.records).toBe(3);
    }
  });
});

function zero(): Record<string, number> {
  return Object.fromEntries(SPAN_KINDS.map((kind) => [kind, 0]));
}
