import { parse, spanText } from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';
import { concat, textIn, textsIn, utf16, utf8 } from '../archives/packing.ts';

const RUN =
  'Question: Où est le café ?\nThought: Überlegen.\nAction: Search[Straße]\nObservation: “là”\n';

function read(text: string): unknown[] {
  const parsed = parse(text);
  return parsed.spans.map(({ kind, step, traj }, i) => [
    kind,
    step,
    traj,
    spanText(text, parsed, i),
  ]);
}

const windows1252 = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => HIGH.get(character) ?? character.charCodeAt(0));
const HIGH = new Map([
  ['“', 0x93],
  ['”', 0x94],
  ['€', 0x80],
]);

describe('each encoding gives the same text', () => {
  const encodings: [string, (text: string) => Uint8Array][] = [
    ['UTF-8', utf8],
    ['UTF-8 with a byte order mark', (text) => utf8(`\ufeff${text}`)],
    ['UTF-16 LE with a mark', (text) => utf16(text, 'little', true)],
    ['UTF-16 BE with a mark', (text) => utf16(text, 'big', true)],
    ['UTF-16 LE without', (text) => utf16(text, 'little', false)],
    ['UTF-16 BE without', (text) => utf16(text, 'big', false)],
  ];
  test.each(encodings)('%s', async (_, encode) => {
    expect(await textIn(encode(RUN))).toBe(RUN);
    const [only] = await textsIn(encode(RUN));
    expect(only).toMatchObject({ name: null, problems: [] });
  });

  test.each(fixtureFiles)('$format/$name', async ({ name, text }) => {
    const marked = text.replace(/^\ufeff/, '');
    for (const [, encode] of encodings.slice(0, 4))
      expect(await textIn(encode(marked), name)).toBe(marked);
  });

  test('with a byte order mark a text is parsed as without, one further on', () => {
    for (const { name, text } of fixtureFiles) {
      const plain = parse(text, { fileName: name });
      const marked = parse(`\ufeff${text}`, { fileName: name });
      const moved = plain.spans.map((span) => ({
        ...span,
        start: span.start + 1,
        end: span.end + 1,
      }));
      expect(marked.spans, name).toEqual(moved);
      expect(marked.format).toBe(plain.format);
    }
  });
});

describe('bytes that are not UTF-8', () => {
  test('are read as Windows-1252, with a warning at the first one', async () => {
    const [only] = await textsIn(windows1252(RUN));
    expect(only).toMatchObject({ text: RUN });
    const { problems } = only as { problems: unknown[] };
    const byte = RUN.indexOf('ù');
    expect(problems).toEqual([
      {
        ...{ code: 'encoding', severity: 'warning', start: byte, end: byte + 1 },
        message: `Byte ${byte} (line 1) is not UTF-8, and 6 more: read as Windows-1252.`,
      },
    ]);
  });

  test('leave what is UTF-8 beside them as it is', async () => {
    const mixed = concat(utf8('Frage: Ü\n日本\n'), windows1252('é\n'), utf8('😀\n'));
    const [only] = await textsIn(mixed);
    expect(only).toMatchObject({ text: 'Frage: Ü\n日本\né\n😀\n' });
    const { problems } = only as { problems: { message: string }[] };
    expect(problems[0]!.message).toBe('Byte 17 (line 3) is not UTF-8: read as Windows-1252.');
  });

  test('a character that the end cuts off is left out', async () => {
    const whole = utf8('Thought: 😀');
    for (const cut of [1, 2, 3]) {
      const [only] = await textsIn(whole.subarray(0, whole.length - cut));
      expect(only).toMatchObject({ text: 'Thought: ', problems: [{ code: 'encoding', start: 9 }] });
    }
  });

  test('never become U+FFFD, and UTF-8 is read as Node reads it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(255), { minLength: 1, maxLength: 40 }), async (list) => {
        const bytes = concat(
          utf8('Text: '),
          Uint8Array.from(list, (byte) => Math.max(byte, 32)),
        );
        const text = await textIn(bytes).catch(() => '');
        const asUtf8 = Buffer.from(bytes).toString('utf8');
        if (asUtf8.includes('\ufffd')) expect(text).not.toContain('\ufffd');
        else expect(text).toBe(asUtf8);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('a cut or broken UTF-16 text keeps what it has', async () => {
    const bytes = utf16('Thought: ab😀', 'little', true);
    const [odd] = await textsIn(bytes.subarray(0, bytes.length - 1));
    expect(odd).toMatchObject({ text: 'Thought: ab', problems: [{ code: 'encoding' }] });
    const lone = utf16('Thought: a\ud83db', 'big', true);
    expect(await textsIn(lone)).toMatchObject([{ text: 'Thought: ab', problems: [{ start: 10 }] }]);
  });
});

describe('zeros', () => {
  const record = (role: string, content: string): string => JSON.stringify({ role, content });
  const lines = [record('user', 'Go.'), record('assistant', 'Gone.'), record('user', 'Back.')];
  const zeros = '\0'.repeat(5000);

  test.each([
    ['at the end', `${lines.join('\n')}\n${zeros}`],
    ['on a line of their own', `${lines[0]!}\n${zeros}\n${lines[1]!}\n${lines[2]!}\n`],
    ['behind a record', `${lines[0]!}\n${lines[1]!}${zeros}\n${lines[2]!}\n`],
    ['before a record', `${lines[0]!}\n${zeros}${lines[1]!}\n${lines[2]!}\n`],
    ['at the beginning', `${zeros}${lines.join('\n')}\n`],
    ['between records on a line', `${lines[0]!}${zeros}${lines[1]!}\n${lines[2]!}\n`],
  ])('%s are passed over and reported', async (_, text) => {
    expect(await textIn(utf8(text))).toBe(text);
    expect(read(text)).toEqual(read(lines.join('\n')));
    const { problems } = parse(text);
    const found = problems.filter(({ code }) => code === 'zero-bytes');
    expect(found).toMatchObject([{ severity: 'warning', start: text.indexOf('\0') }]);
    expect(found[0]!.end - found[0]!.start).toBe(zeros.length);
    expect(problems.filter(({ severity }) => severity === 'error').length).toBeLessThanOrEqual(1);
  });

  test('in a record that a crash cut, what follows is read', () => {
    const cut = `${lines[0]!}\n{"role": "assistant", "content": "Gon${zeros}${lines[2]!}\n${lines[1]!}`;
    expect(read(cut).slice(-2)).toEqual(
      read([lines[2]!, lines[1]!].join('\n')).map((span) => {
        const [kind, step, traj, text] = span as unknown[];
        return [kind, kind === 'answer' ? 2 : step === 0 ? 1 : step, traj, text];
      }),
    );
  });

  test('inside of a text are not part of it', () => {
    const text = `Question: a\nThought: b${zeros}c\nAction: d[e]\nObservation: ${zeros}f\n`;
    expect(read(text)).toEqual(read(text.replaceAll('\0', '')));
  });

  test.each([
    ['a picture', concat(Uint8Array.of(0x89), utf8('PNG\r\n'), new Uint8Array(100))],
    ['numbers', new Uint8Array(new Float64Array(500).map((_, i) => Math.sqrt(i)).buffer)],
    ['names that zeros end', utf8('/a/b.txt\0/a/c.txt\0'.repeat(300))],
    ['small integers', new Uint8Array(Uint16Array.from({ length: 900 }, (_, i) => i % 11).buffer)],
    ['a PDF', utf8('%PDF-1.7\n1 0 obj\nThought: a\n')],
  ])('a binary file is refused: %s', async (_, bytes) => {
    expect(await textsIn(bytes)).toMatchObject([{ refused: 'it is binary' }]);
  });
});

test.each([
  ['CRLF', '\r\n'],
  ['a lone CR', '\r'],
])('line ends: %s', (_, end) => {
  const lines = ['{"role": "user", "content": "a"}', '{"role": "assistant", "content": "b"}', ''];
  expect(read(lines.join(end))).toEqual(read(lines.join('\n')));
  expect(read(RUN.replaceAll('\n', end))).toEqual(read(RUN));
});
