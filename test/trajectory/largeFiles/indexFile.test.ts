import { indexFile, parse, recordAt, type ByteReader, type Parsed } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
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

describe('indexFile', () => {
  const files = fixtureFiles.filter(({ text }) => parse(text).spans.length > 0);
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

  test.each(files)(
    '$format/$name: the spans of its records are those of the whole, also where rows are merged',
    async ({ name, text }) => {
      const reader = readerOf(text);
      const parsed = parse(text, { fileName: name });
      // A record has the spans of its trajectory, also where two lie in one another.
      const ofAll = spansOf(parsed, text).map((line, i) => ({ line, traj: parsed.spans[i]!.traj }));
      const expected = ofAll.sort((a, b) => a.traj - b.traj).map(({ line }) => line);
      for (const maxEntries of [1 << 10, 2]) {
        const index = await indexFile(reader, { fileName: name, chunkBytes: 400, maxEntries });
        const found: string[] = [];
        for (let record = 0; record < index.entries.records; record += 1) {
          const stored = (await recordAt(reader, index, record))!;
          found.push(...spansOf(stored.parsed, stored.text));
        }
        expect(found).toEqual(expected);
      }
    },
  );

  const event = (uuid: string, message: object) =>
    `${JSON.stringify({ type: 'user', uuid, parentUuid: null, sessionId: 's', message })}\n`;
  const SESSION = [
    '{"type":"queue-operation","sessionId":"s"}\n',
    '{"type":"queue-operation","sessionId":"s"}\n',
    event('1', { role: 'user', content: 'list files' }),
    '{"type":"progress","sessionId":"s"}\n',
    event('2', { role: 'user', content: 'again' }),
  ].join('');

  test('a log of one event a line is one record, with what comes before its first message', async () => {
    for (const chunkBytes of [100, 1 << 20]) {
      const reader = readerOf(SESSION);
      const index = await indexFile(reader, { chunkBytes });
      expect(index).toMatchObject({ cut: 'lines', verdict: { format: 'claude_code' } });
      expect(index.entries.records).toBe(1);
      expect(index.entries.id(0)).toBe('s');
      expect((await recordAt(reader, index, 0))?.text).toBe(SESSION);
    }
  });

  test('each item of a JSON array is a record, with what was read of it', async () => {
    const chat = (id: string, said: string) => ({
      id,
      conversations: [
        { from: 'human', value: `é ${id}` },
        { from: 'gpt', value: said },
      ],
    });
    const items = Array.from({ length: 30 }, (_, i) => chat(`c${i}`, `answer ${i}`));
    const text = JSON.stringify(items, null, 2);
    const reader = readerOf(text);
    for (const maxEntries of [1 << 10, 8]) {
      const index = await indexFile(reader, { maxEntries });
      expect(index).toMatchObject({ cut: 'elements', verdict: { format: 'sharegpt' } });
      expect(index.entries.records).toBe(30);
      const stored = (await recordAt(reader, index, 17))!;
      expect(JSON.parse(stored.text)).toEqual(items[17]);
      expect(stored.parsed.trajectories.map(({ id }) => id)).toEqual(['c17']);
      expect(stored.parsed.trajectories[0]!.messages.map(({ pieces }) => pieces)).toEqual([
        [{ text: 'é c17', span: 0 }],
        [{ text: 'answer 17', span: 1 }],
      ]);
      expect(spansOf(stored.parsed, stored.text)).toEqual(['task é c17', 'answer answer 17']);
      const bytes = new TextEncoder().encode(text);
      const own = new TextEncoder().encode(stored.text);
      expect(bytes.slice(stored.byte, stored.byte + own.length)).toEqual(own);
      expect(await recordAt(reader, index, 30)).toBeNull();
    }
  });

  test('what stands before the first trajectory of a text belongs to its record', async () => {
    const run = 'Question: a\nThought: b\nAction: c\n';
    const reader = readerOf(`A log of two runs\n\n${run}${run}`);
    for (const chunkBytes of [20, 1 << 20]) {
      const index = await indexFile(reader, { chunkBytes });
      expect(index).toMatchObject({ cut: 'blocks', verdict: { format: 'react_text' } });
      expect(index.entries.records).toBe(2);
      expect((await recordAt(reader, index, 0))?.text).toBe(`A log of two runs\n\n${run}`);
      expect((await recordAt(reader, index, 1))?.text).toBe(run);
    }
  });

  test('lines of a set that say nothing stand alone', async () => {
    const good = '{"messages":[{"role":"user","content":"a"}]}\n';
    const reader = readerOf(`${good}{"broken\n${good}`);
    const index = await indexFile(reader);
    expect(index.entries.records).toBe(3);
    expect((await recordAt(reader, index, 2))?.text).toBe(good);
  });

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

  test('an array that is longer than what is read at once, also without line ends', async () => {
    const item = (i: number) => ({ id: `r${i}`, messages: [{ role: 'user', content: `é ${i}` }] });
    const items = Array.from({ length: 5000 }, (_, i) => item(i));
    for (const text of [JSON.stringify(items), JSON.stringify(items, null, 1)]) {
      const reader = readerOf(text);
      const index = await indexFile(reader, { chunkBytes: 1000, maxRecordBytes: 20_000 });
      expect(index).toMatchObject({ cut: 'elements', complete: true, whole: null });
      expect(index.entries.records).toBe(5000);
      const stored = (await recordAt(reader, index, 4999))!;
      expect(JSON.parse(stored.text)).toEqual(items[4999]);
    }
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

function spansOf({ spans }: Parsed, text: string): string[] {
  return spans.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

function zero(): Record<string, number> {
  return Object.fromEntries(SPAN_KINDS.map((kind) => [kind, 0]));
}
