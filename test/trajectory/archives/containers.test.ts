import { gzipSync } from 'node:zlib';
import { parse, spanText } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';
import { concat, tar, textIn, textsIn, utf16, utf8, zstd, zstdBomb } from './packing.ts';
import { zip } from './zip.ts';

const RUN = 'Question: Why?\nThought: Because.\nAction: Finish[é]\n';
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

describe('each container gives the text that was put in', () => {
  const containers: [string, (text: string, name: string) => Uint8Array][] = [
    ['gzip', (text) => gzip(utf8(text))],
    ['gzip of several members', (text) => concat(...halves(text).map((half) => gzip(utf8(half))))],
    ['Zstandard', (text) => zstd(utf8(text))],
    [
      'Zstandard of several frames',
      (text) => concat(...halves(text).map((half) => zstd(utf8(half)))),
    ],
    ['zip', (text, name) => zip([{ name, content: text }])],
    ['tar', (text, name) => tar([{ name, content: utf8(text) }])],
    ['tar.gz', (text, name) => gzip(tar([{ name, content: utf8(text) }]))],
    ['tar.zst', (text, name) => zstd(tar([{ name, content: utf8(text) }]))],
    ['gzip of UTF-16', (text) => gzip(utf16(text, 'little', true))],
    [
      'a tar with a gzip in it',
      (text, name) => tar([{ name: `${name}.gz`, content: gzip(utf8(text)) }]),
    ],
  ];
  test.each(containers)('%s', async (_, pack) => {
    for (const { name, text } of fixtureFiles) {
      const plain = text.replace(/^\ufeff/, '');
      expect(await textIn(pack(plain, name), name), name).toBe(plain);
    }
  });

  function halves(text: string): [string, string] {
    let middle = text.length >> 1;
    // Never within a surrogate pair.
    if ((text.charCodeAt(middle) & 0xfc00) === 0xdc00) middle += 1;
    return [text.slice(0, middle), text.slice(middle)];
  }
});

describe('archives', () => {
  test('give each trajectory file in them, by name, in the order of the names', async () => {
    const archive = zip([
      { name: 'logs/10.txt', content: RUN },
      { name: 'logs/9.txt', content: 'Question: b\n' },
      { name: 'logs/9.txt.spans.json', content: '[]' },
      { name: 'logs/.hidden.txt', content: 'x' },
      { name: '__MACOSX/logs/9.txt', content: 'x' },
      { name: 'picture.png', content: 'x' },
    ]);
    expect(await textsIn(archive, 'all.zip')).toEqual([
      { name: 'logs/9.txt', fileName: '9.txt', text: 'Question: b\n', problems: [] },
      { name: 'logs/10.txt', fileName: '10.txt', text: RUN, problems: [] },
    ]);
  });

  test('may hold one further level, and what is broken in them costs nothing else', async () => {
    const inner = tar([{ name: 'a/b.jsonl.gz', content: gzip(utf8('{"a": 1}\n')) }]);
    const files = [
      { name: 'x.tar', content: inner },
      { name: 'bad.jsonl.gz', content: gzip(utf8('x'.repeat(50))).fill(7, 12, 16) },
      { name: 'c.log', content: utf8(RUN) },
    ];
    expect(await textsIn(gzip(tar(files)), 'all.tgz')).toMatchObject([
      { name: 'x.tar!a/b.jsonl.gz', fileName: 'b.jsonl', text: '{"a": 1}\n' },
      { name: 'bad.jsonl.gz', refused: expect.stringMatching(/^it is broken: /) as unknown },
      { name: 'c.log', text: RUN },
    ]);
  });

  test('long names of tar archives are whole', async () => {
    const name = `${'folder/'.repeat(30)}run with spaces.txt`;
    expect(await textsIn(tar([{ name, content: utf8(RUN) }]))).toMatchObject([{ name, text: RUN }]);
  });

  test('without trajectory files are refused', async () => {
    const refused = [{ refused: 'an archive without trajectory files' }];
    expect(await textsIn(zip([{ name: 'a.png', content: 'a' }]))).toMatchObject(refused);
    expect(await textsIn(zip([]))).toMatchObject(refused);
    expect(await textsIn(tar([{ name: 'a.png', content: utf8('a') }]))).toMatchObject(refused);
  });
});

describe('Inspect logs', () => {
  const sample = (id: number, indent = 0): string =>
    JSON.stringify(
      {
        ...{ id, epoch: 1, target: 'x' },
        messages: [
          { role: 'user', content: `What is ${id}?` },
          { role: 'assistant', content: 'Two\nlines: é' },
        ],
      },
      null,
      indent,
    );
  const log = zip([
    { name: '_journal/start.json', content: '{"eval": {}}' },
    { name: 'samples/10_epoch_1.json', content: sample(10, 2) },
    { name: 'samples/2_epoch_1.json', content: sample(2, 2).replaceAll('\n', '\r\n') },
    { name: 'samples/3_epoch_1.json', content: sample(3), method: 0 },
    { name: 'header.json', content: '{"eval": {"task": "t"}, "plan": {}}' },
  ]);

  test('are one text: the samples in the order of their numbers, one a line', async () => {
    const text = await textIn(log, 'log.eval');
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [2, 3, 10].map((id) => JSON.parse(sample(id)) as unknown),
    );
    const parsed = parse(text, { fileName: 'log.eval' });
    expect(parsed.format).toBe('inspect_eval');
    expect(parsed.trajectories.map(({ id }) => id)).toEqual(['2.1', '3.1', '10.1']);
    expect(parsed.spans.map((span, i) => [span.kind, spanText(text, parsed, i)])).toEqual(
      [2, 3, 10].flatMap((id) => [
        ['task', `What is ${id}?`],
        ['answer', 'Two\nlines: é'],
      ]),
    );
  });

  test('in another archive are one file of it', async () => {
    const [only, more] = await textsIn(tar([{ name: 'run/log.eval', content: log }]));
    expect(more).toBeUndefined();
    expect(only).toMatchObject({ name: 'run/log.eval', fileName: 'log.eval' });
  });

  test('packed by another method are refused', async () => {
    const foreign = zip([{ name: 'samples/1_epoch_1.json', content: 'x', method: 93 }]);
    expect(await textsIn(foreign, 'log.eval')).toMatchObject([
      { refused: 'samples/1_epoch_1.json is packed by method 93' },
    ]);
  });
});

describe('bombs', () => {
  const MOST = 10_000_000;
  test.each([
    ['zip', zip([{ name: 'a.txt', content: ' '.repeat(30_000_000) }]), '30'],
    ['gzip', gzip(new Uint8Array(30_000_000).fill(32)), 'more than 10'],
    ['Zstandard', zstdBomb(300), 'more than 10'],
    ['gzip in gzip', gzip(gzip(new Uint8Array(30_000_000).fill(32))), 'more than 10'],
  ])('%s', async (_, bomb, size) => {
    expect(bomb.length).toBeLessThan(100_000);
    expect(await textsIn(bomb, 'bomb', MOST)).toMatchObject([
      { refused: `it unpacks to ${size} MB, at most 10 are read` },
    ]);
  });

  test('many small ones share one bound', async () => {
    const content = gzip(new Uint8Array(4_000_000).fill(32));
    const names = ['a.txt.gz', 'b.txt.gz', 'c.txt.gz'];
    const read = await textsIn(tar(names.map((name) => ({ name, content }))), 'all.tar', MOST);
    expect(read.map((one) => 'text' in one)).toEqual([true, true, false]);
  });

  test('an entry that is longer than the list says is cut there', async () => {
    const content = `{"id": 1, "x": "${'y'.repeat(20_000_000)}"}`;
    const lie = zip([{ name: 'samples/1_epoch_1.json', content, claimedSize: 1000 }]);
    const [only] = await textsIn(lie, 'log.eval', MOST);
    expect('text' in only! ? only.text.length : 0).toBeLessThan(2000);
  });

  test('levels end', async () => {
    let packed = utf8(RUN);
    for (let level = 0; level < 10; level += 1) packed = gzip(packed);
    expect(await textsIn(packed)).toMatchObject([
      { refused: expect.stringMatching(/^an archive in an archive/) as unknown },
    ]);
  });
});

describe('damaged files never throw', () => {
  const long = Array.from({ length: 5000 }, (_, i) => `${RUN}Observation: ${i * i}\n\n`).join('');
  const packed: [string, Uint8Array][] = [
    ['gzip', gzip(utf8(long))],
    ['Zstandard', zstd(utf8(long))],
    ['zip', zip([{ name: 'a.txt', content: long }])],
    ['tar', tar([{ name: 'a.txt', content: utf8(long) }])],
    ['tar.gz', gzip(tar([{ name: 'a.txt', content: utf8(long) }]))],
  ];
  test.each(packed)('%s, cut anywhere', async (_, bytes) => {
    const step = Math.max(1, Math.floor(bytes.length / 200));
    for (let end = 0; end < bytes.length; end += step)
      expect((await textsIn(bytes.subarray(0, end))).length).toBeGreaterThan(0);
  });

  test.each(packed)('%s, changed anywhere', async (_, bytes) => {
    const step = Math.max(1, Math.floor(bytes.length / 300));
    for (let at = 0; at < bytes.length; at += step) {
      const changed = bytes.slice();
      changed[at] = changed[at]! ^ 0xff;
      expect((await textsIn(changed, 'x', 1_000_000)).length).toBeGreaterThan(0);
    }
  });

  test.each(packed.filter(([name]) => name !== 'zip'))(
    'a cut %s keeps what it has',
    async (_, bytes) => {
      const [only] = await textsIn(bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      expect(only).toMatchObject({ problems: [{ code: 'cut-archive', severity: 'warning' }] });
      const { text } = only as { text: string };
      expect(long.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThan(RUN.length);
    },
  );
});
