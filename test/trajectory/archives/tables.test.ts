import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parse, readTexts, spanText } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { readerOf, tar, textIn, textsIn, utf8 } from './packing.ts';

async function valuesIn(bytes: Uint8Array, fileName: string): Promise<unknown[]> {
  const text = await textIn(bytes, fileName);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

async function refusalOf(text: string, fileName: string): Promise<string> {
  for await (const read of readTexts(readerOf(utf8(text)), fileName))
    if ('refused' in read) return read.refused;
  throw new Error('it was read');
}

async function spansIn(text: string, fileName: string): Promise<[string, number, string][]> {
  const lines = await textIn(utf8(text), fileName);
  const parsed = parse(lines, { fileName });
  return parsed.spans.map(({ kind, step }, i) => [kind, step, spanText(lines, parsed, i)]);
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.string({ unit: 'grapheme' }).map((text) => `x${text}`);

describe('CSV', () => {
  test.each([
    [',', 'a.csv'],
    [';', 'a.csv'],
    ['\t', 'a.tsv'],
  ])('whatever stands in its cells is read back, parted by %j', async (mark, fileName) => {
    const rows = fc.array(fc.record({ first: cell, 'the second': cell }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (written, end) => {
        const lines = [['first', 'the second'], ...written.map((row) => Object.values(row))];
        const text = lines.map((line) => line.map(quoted).join(mark) + end).join('');
        expect(await valuesIn(utf8(text), fileName)).toEqual(written);
      }),
    );
  });

  test('holds messages as JSON, and as Python prints them', async () => {
    const messages = [
      { role: 'user', content: 'What\'s "2+2"?\nNow.' },
      { role: 'assistant', content: '4' },
    ];
    const python = `[{'role': 'user', 'content': 'What\\'s "2+2"?\\nNow.'}, {'role': 'assistant', 'content': '4', 'ok': True}]`;
    const wanted = [
      ['task', 0, 'What\'s "2+2"?\nNow.'],
      ['answer', 1, '4'],
    ];
    for (const column of [JSON.stringify(messages), python])
      expect(await spansIn(`id,messages\n1,${quoted(column)}\n`, 'rows.csv')).toEqual(wanted);
  });

  test('has prompts and completions in columns', async () => {
    const text = `prompt,completion\n"Question: 2+2?\nThought:"," Add.\nAction: calc[2+2]\nObservation: 4"\n`;
    expect(await spansIn(text, 'rows.csv')).toEqual([
      ['task', 0, '2+2?'],
      ['reasoning', 1, 'Add.'],
      ['action', 1, 'calc[2+2]'],
      ['observation', 1, '4'],
    ]);
  });

  test('is read from archives, by its name there', async () => {
    const text = 'messages\n"[{""role"": ""assistant"", ""content"": ""Hi.""}]"\n';
    for (const [name, bytes] of [
      ['rows.csv.gz', gzipSync(text)],
      ['logs.tar', tar([{ name: 'logs/rows.csv', content: utf8(text) }])],
    ] as const)
      expect(parse(await textIn(bytes, name)).format).toBe('openai_chat');
  });

  test('what is wrong with its bytes is told, as of other files', async () => {
    const rows = 'messages\n"[{""role"": ""assistant"", ""content"": ""Hi.""}]"\n'.repeat(40);
    const latin = new Uint8Array(Buffer.from(rows.replace('Hi.', 'Où?'), 'latin1'));
    const packed = gzipSync(rows);
    for (const [name, bytes, code] of [
      ['rows.csv', latin, 'encoding'],
      ['rows.csv.gz', packed.subarray(0, packed.length - 6), 'cut-archive'],
    ] as const) {
      const [read] = await textsIn(bytes, name);
      expect(read).toMatchObject({ problems: [{ code, severity: 'warning' }] });
    }
  });

  test('that is too large is refused, with what would be read', async () => {
    expect(await refusalOf(`a\n${'x'.repeat(150_000_000)}\n`, 'rows.csv')).toBe(
      'it has 150 MB, at most 150 are read; save it as Parquet or JSON lines',
    );
  });

  test('that is broken says where', async () => {
    expect(await refusalOf('a,b\n"1,2\n', 'rows.csv')).toMatch(/its table is broken: .*line/i);
  });
});

describe('YAML', () => {
  test('documents are a line each', async () => {
    const text = 'a: &x {b: 1}\nc: {<<: *x, d: [yes, 2]}\n---\n- |\n  two\n  lines\n';
    expect(await valuesIn(utf8(text), 'a.yaml')).toEqual([
      { a: { b: 1 }, c: { b: 1, d: ['yes', 2] } },
      ['two\nlines\n'],
    ]);
  });

  test("a cassette is read as VCR's in JSON", async () => {
    const cassette = [
      'interactions:',
      '- request:',
      `    body: '{"model":"m","messages":[{"role":"user","content":"Hot?"}]}'`,
      '    method: POST',
      '    uri: https://example.org/v1/chat/completions',
      '  response:',
      '    body:',
      `      string: '{"choices":[{"index":0,"message":{"role":"assistant","content":"Yes."}}]}'`,
      '    status: {code: 200, message: OK}',
      'version: 1',
    ].join('\n');
    expect(await spansIn(cassette, 'calls.yml')).toEqual([
      ['task', 0, 'Hot?'],
      ['answer', 1, 'Yes.'],
    ]);
  });

  test('that is broken, or grows without end, is refused', async () => {
    expect(await refusalOf('a: [1, 2\nb: 3\n', 'a.yaml')).toMatch(/^its YAML is broken: /);
    const bomb = ['a0: &a0 [x, x]'];
    for (let i = 1; i < 30; i += 1)
      bomb.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}, *a${i - 1}, *a${i - 1}]`);
    expect(await refusalOf(bomb.join('\n'), 'a.yaml')).toMatch(/alias/i);
  });
});

test.each([
  ['a stream', [0xff, 0xff, 0xff, 0xff, 0x40, 2, 0, 0, 0x10, 0, 0, 0]],
  ['a file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0, 0, 0xff, 0xff]],
])('an Arrow table, as %s, is refused and named', async (_, head) => {
  const bytes = new Uint8Array(2000);
  bytes.set(head);
  for await (const read of readTexts(readerOf(bytes), 'data-00000-of-00001.arrow'))
    expect(read).toMatchObject({
      refused: expect.stringContaining('save it as Parquet') as string,
    });
  expect.assertions(1);
});
