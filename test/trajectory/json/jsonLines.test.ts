import { parse, spanText, trackFile, parsedOf } from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const LINES = [
  '{"role": "user", "content": "Go {\\"up\\"}."}',
  '{"role": "assistant", "content": "Up.", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}',
  '{"role": "tool", "tool_call_id": "1", "content": "[{\\"a\\": 1}]"}',
  '{"role": "assistant", "content": "There."}',
];
const WHOLE = read(LINES.join('\n'));

function read(text: string): unknown[] {
  const parsed = parse(text);
  return parsed.spans.map(({ kind, step, traj }, i) => [
    kind,
    step,
    traj,
    spanText(text, parsed, i),
  ]);
}

function broken(text: string): string[] {
  return parse(text)
    .problems.filter(({ code }) => code === 'json-syntax')
    .map(({ start }) => text.slice(0, start).split('\n').length)
    .map(String);
}

describe('a file of JSON lines is one in spite of', () => {
  test.each([
    ['a word of the shell', 'nohup: ignoring input'],
    ['a warning', '(node:71) Warning: this is experimental'],
    ['a logger', '[INFO] 12:00 started'],
    ['a time', '[2026-01-31 10:00:00] started'],
    ['the end of a record', 'er", "content": "Before."}'],
    ['the beginning of a record', '{"role": "user", "content": "Bef'],
    ['a comment', '# exported by hand'],
  ])('%s on its first line', (_, line) => {
    const text = [line, ...LINES].join('\n');
    expect(read(text).slice(-WHOLE.length)).toEqual(
      line.startsWith('{') ? read(text).slice(-WHOLE.length) : WHOLE,
    );
    expect(parse(text).format).toBe(parse(LINES.join('\n')).format);
    expect(broken(text)).toEqual(['1']);
  });

  test('several lines before it', () => {
    const text = ['> agent@1.0.0 start', '> node run.js', '', ...LINES].join('\n');
    expect(read(text)).toEqual(WHOLE);
    expect(broken(text)).toEqual(['1', '2']);
  });

  test('other lines between its records', () => {
    const text = ['warning: a', LINES[0], LINES[1], 'Error: EPIPE', LINES[2], LINES[3]].join('\n');
    expect(read(text)).toEqual(WHOLE);
    expect(broken(text)).toEqual(['1', '4']);
  });

  test('a first record cut off at its head, whose pieces look like records of another kind', () => {
    const text = ['ut":"x"},{"type":"tool_call","value":"{}"}]}', ...LINES].join('\n');
    expect(parse(text).format).toBe(parse(LINES.join('\n')).format);
  });

  test('a first record cut off behind a colon', () => {
    const text = ['[{"role": "user", "content": "Say:', `[${LINES.join(',')}]`, `[${LINES[0]}]`];
    expect(parse(text.join('\n')).trajectories).toHaveLength(3);
  });

  test('a banner before conversations that are bare lists', () => {
    const list = `[${LINES.join(',')}]`;
    expect(read(['run started', list, list].join('\n')).slice(0, WHOLE.length)).toEqual(WHOLE);
  });

  test('each record being a string', () => {
    const run = 'Question: Q\nThought: t\nAction: go[]\nObservation: o\n';
    const text = [run, run].map((one) => JSON.stringify(one)).join('\n');
    expect(parse(text).format).toBe('react_json');
    expect(parse(text).trajectories).toHaveLength(2);
  });

  test('a value over many lines behind a banner is one value', () => {
    const text = `> node run.js\n\n${JSON.stringify({ messages: LINES.map((line) => JSON.parse(line) as unknown) }, null, 2)}\n`;
    expect(read(text)).toEqual(WHOLE);
    expect(broken(text)).toEqual(['1']);
  });
});

describe('is not one', () => {
  test.each([
    [
      'a text with JSON in it',
      'Question: a\nThought: b\nAction: f\nAction Input:\n{"a": 1}\nObservation:\n{"b": 2}\n',
    ],
    [
      'a short text that ends in JSON',
      'Question: a\nAction Input:\n{"a": "a long value that is longer than all the rest"}',
    ],
    [
      'labelled turns of which a tool gave JSON',
      'Question: a\nAction: f\nObservation: x\n{\n"b": 2\n}\n',
    ],
    [
      'labelled turns and JSON lines',
      'Thought: a\nAction: f\nObservation: x\n{"b": 2}\n{"b": 3}\n',
    ],
  ])('%s', (_, text) => {
    expect(parse(text).format).not.toMatch(/chat/);
    expect(broken(text)).toEqual([]);
  });
});

describe('records on one line', () => {
  const stubs = [
    '{"type":"link","numbe',
    '{"role": "user", "content": "cut {',
    '{"role": "user", "content": "cut",',
    '{"role": "user", "content":',
    '{"role": "user", "content": "cut", "n": 1',
    '{"role": "user", "list": [{"a": 1}, ',
    'Error: EPIPE ',
    '{"role": "user", "content": "say \\"',
  ];
  test.each(stubs)('behind %s', (stub) => {
    const text = [LINES[0], stub + LINES[1]!, LINES[2], LINES[3]].join('\n');
    const seen = read(text).filter((span) => !String((span as unknown[])[3]).startsWith('cut'));
    expect(seen.map((span) => (span as unknown[])[3])).toEqual(
      expect.arrayContaining(WHOLE.map((span) => (span as unknown[])[3])),
    );
    expect(broken(text)).toEqual(['2']);
  });

  test('two, or three, whole ones', () => {
    expect(read(`${LINES[0]!}${LINES[1]!}\n${LINES[2]!} ${LINES[3]!}`)).toEqual(WHOLE);
    expect(read(LINES.join(''))).toEqual(WHOLE);
    expect(read(`${LINES[0]!}\n${LINES.slice(1).join('')}`)).toEqual(WHOLE);
  });

  test('what is nested in a cut record is no record', () => {
    const cut =
      '{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, {"ty';
    const text = [LINES[0], cut, LINES[3]].join('\n');
    expect(parse(text).trajectories.length).toBe(1);
    expect(broken(text)).toEqual(['2']);
  });

  test('as an editor reads them, line by line', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LINES, ...stubs, '\n', '\n', '\0\0')), (parts) => {
        const text = `${LINES[0]!}\n${LINES[1]!}\n${parts.join('')}`;
        const file = trackFile(text);
        const parsed = parsedOf(file);
        const whole = parse(text);
        expect(parsed.spans).toEqual(whole.spans);
        expect(parsed.problems).toEqual(whole.problems);
        expect(parsed.trajectories).toEqual(whole.trajectories);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test.each([
    ['stubs', '{"a":"b {"'.repeat(50_000)],
    ['objects that are not closed', '{"a":'.repeat(50_000)],
    ['lists', '{"a":[{"a":1},'.repeat(30_000)],
    ['whole ones', '{"a":1}'.repeat(50_000)],
  ])('a million of %s end soon', (_, line) => {
    const before = performance.now();
    parse(`${LINES[0]!}\n${LINES[1]!}\n${line}\n${line}`);
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});
