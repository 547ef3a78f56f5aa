import { describe, expect, it } from 'vitest';
import { splitRecords } from '../../../trainer/src/data/splitRecords.ts';
import { chatRecord, failure, folderWith, prepare, record, records } from './prepareSupport.ts';

describe('what prepareData trains on, holds out and leaves out', () => {
  it('keeps a record on its side of the split when others are added, moved or cut up', async () => {
    const first = await folderWith({ 'a.txt': records(0, 40) });
    const second = await folderWith({ 'x/one.txt': records(10, 60), 'two.txt': records(0, 10) });
    const held = async (cwd: string): Promise<Map<string, boolean>> => {
      const { train, eval: out } = await prepare(cwd, { eval: 0.3 });
      const side = (samples: typeof train, value: boolean) =>
        samples.map(({ record }) => [record, value] as const);
      return new Map([...side(train, false), ...side(out, true)]);
    };
    const [before, after] = [await held(first), await held(second)];
    expect(before.size).toBe(40);
    expect(after.size).toBe(60);
    for (const [id, value] of before) expect(after.get(id)).toBe(value);
    expect([...before.values()].filter(Boolean).length).toBeGreaterThan(4);
  });

  it('splits about the asked share', () => {
    const samples = Array.from({ length: 5000 }, (_, n) => ({ record: `r${n}` }));
    expect(splitRecords(samples, 0.05).eval.length / 5000).toBeCloseTo(0.05, 1);
    expect(splitRecords(samples, 0).eval).toEqual([]);
  });

  it('takes files to hold out, and what they repeat out of the training side', async () => {
    const cwd = await folderWith({ 'train.txt': records(0, 5), 'held.txt': records(3, 8) });
    const prepared = await prepare(cwd, { train: ['train.txt'], eval: ['held.txt'] });
    expect(prepared.train.map(({ id }) => id)).toEqual([
      'train.txt#0',
      'train.txt#1',
      'train.txt#2',
    ]);
    expect(prepared.eval).toHaveLength(5);
    expect(prepared.report.rejected).toMatchObject([
      { source: 'train.txt#3', code: 'duplicate', message: 'it is the same as held.txt#0' },
      { source: 'train.txt#4', code: 'duplicate' },
    ]);
  });

  it('of held-out files alone, others are not read and need not be there', async () => {
    const cwd = await folderWith({ 'a.txt': records(0, 4) });
    const of = (train: string) =>
      prepare(cwd, { train: [train], eval: ['a.txt'] }, { heldOutOnly: true });
    expect((await of('a.txt')).eval).toHaveLength(4);
    expect(await of('gone.txt')).toMatchObject({ train: [], report: { rejected: [] } });
    await expect(prepare(cwd, { train: ['a.txt'], eval: ['a.txt'] })).rejects.toThrow(
      failure('no-training-data', 3, /is the same as/),
    );
  });

  it('leaves out repetitions unless told otherwise', async () => {
    const cwd = await folderWith({ 'a.txt': `${record(1)}\n${record(1)}\n${record(2)}` });
    expect((await prepare(cwd)).train).toHaveLength(2);
    expect((await prepare(cwd, { dedupe: false })).train).toHaveLength(3);
  });

  describe('longer samples than max_length', () => {
    const long = { 'a.txt': `${record(1)}\n${record(123456789)}` };

    it('stop the run, all named', async () => {
      await expect(prepare(await folderWith(long), { maxLength: 70 })).rejects.toThrow(
        failure('samples-too-long', 3, /1 sample is too long:\n {2}a\.txt#1: it has 86 tokens/),
      );
    });

    it('are left out', async () => {
      const { train, report } = await prepare(await folderWith(long), {
        maxLength: 70,
        truncate: 'drop',
      });
      expect(train.map(({ id }) => id)).toEqual(['a.txt#0']);
      expect(report.rejected).toMatchObject([{ source: 'a.txt#1', code: 'too-long' }]);
    });

    it.each([
      ['left', 'at is 123456789?\n'],
      ['right', 'Question: What is 123456789?\n'],
    ] as const)('are cut on the %s, and counted', async (truncate, start) => {
      const { train, report } = await prepare(await folderWith(long), { maxLength: 74, truncate });
      expect(train[1]!.ids).toHaveLength(74);
      expect(String.fromCharCode(...train[1]!.ids.slice(0, start.length))).toBe(start);
      expect(report.sources[0]!.truncated).toBe(1);
    });

    it('are rejected where nothing supervised is left', async () => {
      const options = { maxLength: 10, truncate: 'right' } as const;
      await expect(prepare(await folderWith(long), options)).rejects.toThrow(
        failure('no-training-data', 3, /no supervised token is left after it is cut/),
      );
    });
  });

  it('rejects by name what cannot be used, and goes on with the rest', async () => {
    const cwd = await folderWith({
      'a.txt': record(1),
      'bin.dat': new Uint8Array([1, 0, 2]),
      'empty.txt': '',
      'prose.txt': 'Once upon a time.',
      'user.jsonl': `${JSON.stringify({ messages: [{ role: 'user', content: 'Q' }] })}\n`,
    });
    const { train, report } = await prepare(cwd);
    expect(train).toHaveLength(1);
    expect(report.rejected.map(({ source, code }) => [source, code])).toEqual([
      ['bin.dat', 'unreadable'],
      ['empty.txt', 'not-a-trajectory'],
      ['prose.txt', 'not-a-trajectory'],
      ['user.jsonl', 'no-agent-content'],
    ]);
    expect(report.rejected[1]!.message).toBe('the file is empty');
    expect(report.rejected[2]!.message).toMatch(/name its format in data\.format/);
  });

  it('tells the line of broken JSON and trains on the other lines', async () => {
    const cwd = await folderWith({
      'a.jsonl': `${chatRecord('yes')}\n{"messages": [}\n${chatRecord('no')}\n`,
    });
    const { train, report } = await prepare(cwd);
    expect(train).toHaveLength(2);
    expect(report.warnings[0]).toMatch(/^a\.jsonl:2: /);
  });

  it.each([
    ['no supervised kind', { weights: { reasoning: 0, action: 0 } }, {}, /weight 0/],
    ['no answer', {}, { trainOn: 'answer' }, /terminal calls are actions/],
  ] as const)('stops where nothing would be learnt: %s', async (_, rest, settings, message) => {
    const cwd = await folderWith({ 'a.txt': records(0, 7) });
    await expect(prepare(cwd, settings, rest)).rejects.toThrow(
      failure('no-training-data', 3, message),
    );
  });
});
