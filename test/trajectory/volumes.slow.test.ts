import { readFileSync } from 'node:fs';
import { indexFile, parse, type ByteReader } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';

const MB = 1_000_000;

describe('very large inputs end soon', () => {
  const repeated = ['[', '{', '"', '\\', '<', '`', '-', '#', ':', '\n', '\r', ' ', 'a', '0', '😀'];

  test.each(repeated)('100 MB of %j', (unit) => {
    const { spans } = parse(unit.repeat((100 * MB) / unit.length));
    expect(spans).toEqual([]);
  });

  test.each(['[', '{"a":', '{"messages":[', '[{"role":"user","content":'])(
    '%s a hundred thousand times',
    (unit) => {
      const before = performance.now();
      expect(parse(unit.repeat(100_000)).spans).toEqual([]);
      expect(performance.now() - before).toBeLessThan(15_000);
    },
  );

  test.each([
    ['in one string', 300 * MB],
    ['in messages of 100 kB', MB / 10],
    ['in messages of 1 kB', MB / 1000],
  ])('a line of 300 MB %s', (_, size) => {
    const text = 'some words \\n'.repeat(size / 13);
    const message = `{"role":"user","content":"${text}"},`;
    const count = Math.ceil((300 * MB) / message.length);
    const end = '{"role":"assistant","content":"x"}]}\n';
    const parsed = parse(`{"messages":[${message.repeat(count)}${end}{"messages":[${end}`);
    expect(parsed.format).toBe('openai_chat');
    expect(parsed.problems).toEqual([]);
    expect(parsed.spans.length).toBe(count + 2);
  });

  test('a line of 2 GB when streaming, and the lines behind it', async () => {
    const line = '{"messages":[{"role":"user","content":"y"}]}\n';
    const reader = withLongLine(2_000 * MB, line.repeat(3));
    const index = await indexFile(reader);
    expect(index).toMatchObject({ oversized: [0], cut: 'lines', complete: true });
    expect(index.entries.records).toBe(4);
  });
});

/** A record with a string of that length, then more lines. */
function withLongLine(length: number, lines: string): ByteReader {
  const head = Buffer.from('{"messages":[{"role":"user","content":"');
  const tail = Buffer.from(`"}]}\n${lines}`);
  const size = head.length + length + tail.length;
  return {
    size,
    read(offset, wanted) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(wanted, size - offset)), 'x');
      head.subarray(offset).copy(bytes);
      const tailAt = size - tail.length - offset;
      if (tailAt < bytes.length)
        tail.subarray(Math.max(0, -tailAt)).copy(bytes, Math.max(0, tailAt));
      return Promise.resolve(bytes);
    },
  };
}

const RECORDS: Record<string, string> = {
  'JSON lines':
    '{"id":"a","messages":[{"role":"user","content":"What is 2 + 2? Say \\"so\\"."},{"role":"assistant","content":"I add them.","tool_calls":[{"id":"c1","function":{"name":"add","arguments":"{\\"a\\": 2}"}}]},{"role":"tool","tool_call_id":"c1","content":"4"},{"role":"assistant","content":"It is 4."}]}\n',
  'ReAct text':
    'Question: What is 2 + 2?\nThought 1: I add them, one by one, until I know.\nAction 1: add[2, 2]\nObservation 1: 4 and some more text that the tool gave\n',
  'template text':
    '<|im_start|>user\nWhat is it?<|im_end|>\n<|im_start|>assistant\n<think>\nI think.\n</think>\n<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call><|im_end|>\n',
  'household text':
    'You are in the middle of a room. You see a cabinet 1.\nYour task is to: find a mug.\n> think: I look around.\nOK.\n> go to cabinet 1\nIt is closed.\n\n',
};

describe('time grows with the size alone', () => {
  test.each(Object.entries(RECORDS))('%s', (_, record) => {
    const texts = [2, 8, 32].map((size) => ({
      size,
      text: record.repeat((size * MB) / record.length),
    }));
    // Every round times all sizes: a slow spell of the machine falls on each of them.
    const rounds = Array.from({ length: 7 }, () => texts.map(timePerMegabyte));
    const perMegabyte = texts.map((_text, i) => Math.min(...rounds.map((round) => round[i]!)));
    expect(perMegabyte[2]! / perMegabyte[0]!).toBeLessThan(1.5);
  });
});

function timePerMegabyte({ size, text }: { size: number; text: string }): number {
  const before = threadMs();
  parse(text);
  return (threadMs() - before) / size;
}

/** What this thread has computed, where the system tells: other programs take none of it. */
function threadMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}
