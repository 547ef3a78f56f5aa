import { isPacked, parse, spanText, unpack } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { zip } from './zip.ts';

const sample = (id: number, indent = 0): string =>
  JSON.stringify(
    {
      id,
      epoch: 1,
      target: 'x',
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

describe('unpack', () => {
  test('gives the samples in the order of their numbers, one a line', () => {
    expect(isPacked(log)).toBe(true);
    expect(isPacked(new TextEncoder().encode('{"a": 1}'))).toBe(false);
    const { text, problem } = unpack(log);
    expect(problem).toBeNull();
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([2, 3, 10]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [2, 3, 10].map((id) => JSON.parse(sample(id)) as unknown),
    );
  });

  test('is read as Inspect\u2019s samples, with positions in the text', () => {
    const { text } = unpack(log);
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

  test('refuses what would unpack to too much, before it unpacks anything', () => {
    const bomb = zip([{ name: 'samples/1_epoch_1.json', content: ' '.repeat(30_000_000) }]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(unpack(bomb, 10_000_000)).toEqual({
      text: '',
      problem: 'it unpacks to 30 MB, at most 10 are read',
    });
  });

  test('an entry that is longer than the list says is cut there', () => {
    const content = `{"id": 1, "x": "${'y'.repeat(20_000_000)}"}`;
    const lie = zip([{ name: 'samples/1_epoch_1.json', content, claimedSize: 1000 }]);
    expect(unpack(lie, 10_000_000).text.length).toBeLessThan(2000);
  });

  test.each([
    ['an archive of something else', zip([{ name: 'a.txt', content: 'a' }]), /without samples/],
    [
      'another method',
      zip([{ name: 'samples/1_epoch_1.json', content: 'x', method: 93 }]),
      /packed by method 93/,
    ],
    ['a cut archive', log.subarray(0, log.length >> 1), /is broken/],
  ])('says why it cannot read %s', (_, bytes, problem) => {
    expect(unpack(bytes).text).toBe('');
    expect(unpack(bytes).problem).toMatch(problem);
  });

  test('never throws, whatever is changed', () => {
    for (let at = 4; at < log.length; at += 1) {
      const changed = log.slice();
      changed[at] = changed[at]! ^ 0xff;
      expect(() => unpack(changed, 1_000_000)).not.toThrow();
    }
  });
});
