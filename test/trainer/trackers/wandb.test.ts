import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { formatMetricsLine, type MetricsRecord } from '@deepcoder/vocabulary';
import { PbfReader } from 'pbf';
import { expect, test } from 'vitest';
import { trackedRun } from '../../../trainer/src/trackers/tracker.ts';
import { wandbTracker } from '../../../trainer/src/trackers/wandb.ts';
import { wandbEncoder } from '../../../trainer/src/trackers/wandbFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** The records of a `.wandb` file; fails where a checksum or the order of chunks is wrong. */
function recordsIn(bytes: Buffer): Buffer[] {
  expect(bytes.subarray(0, 7).toString('latin1')).toBe(':W&B\xe1\xbe\0');
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let at = 7; at < bytes.length;) {
    const left = 32_768 - (at % 32_768);
    if (left < 7) {
      at += left;
      continue;
    }
    const length = bytes.readUInt16LE(at + 4);
    const typed = bytes.subarray(at + 6, at + 7 + length);
    expect(bytes.readUInt32LE(at)).toBe(crc32(typed));
    expect([1, 2].includes(typed[0]!)).toBe(parts.length === 0);
    parts.push(typed.subarray(1));
    if (typed[0] === 1 || typed[0] === 4) {
      records.push(Buffer.concat(parts));
      parts = [];
    }
    at += 7 + length;
  }
  expect(parts).toEqual([]);
  return records;
}

type Fields = Map<number, (Buffer | number)[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  new PbfReader(bytes).readFields((tag, _, pbf) => {
    const value =
      (pbf as PbfReader & { type: number }).type === 2
        ? Buffer.from(pbf.readBytes())
        : pbf.readVarint();
    fields.set(tag, [...(fields.get(tag) ?? []), value]);
  }, null);
  return fields;
}

const items = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    (fields.get(1) ?? []).map((item) => {
      const own = fieldsOf(item as Buffer);
      return [String(own.get(1)![0]), String(own.get(16)![0])];
    }),
  );

const record = (step: number, values: Record<string, number>): MetricsRecord => ({
  ...{ step, tokensSeen: step, time: 1_700_000_000 + step, values },
});

async function tracked(folder: string, told: string[] = []) {
  const report = (text: string) => told.push(text);
  const configText = 'run: {name: n}\n';
  const run = await trackedRun(folder, { configText, report, now: () => 1_700_000_000_000 });
  return wandbTracker(run, { project: 'p', entity: 'us', tags: ['a', 'b'], sync: null });
}

function fileIn(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true }) as string[];
  const found = names.filter((name) => name.endsWith('.wandb'));
  expect(found).toHaveLength(1);
  return readFileSync(path.join(folder, found[0]!));
}

test('a step is one row; a run that goes on has each of them once', async () => {
  const folder = temporaryFolder();
  const metrics = path.join(folder, 'metrics.jsonl');
  const all = [
    record(1, { 'train/loss': 2 }),
    record(2, { 'train/loss': Number.NaN }),
    record(2, { 'eval/loss': 3 }),
    record(3, { 'train/loss': 1 }),
  ];
  const first = await tracked(folder);
  await first.open();
  for (const one of all) await first.write(one);
  await first.close('failed');
  await first.attach(null);
  // From step 2 on once more.
  writeFileSync(metrics, all.slice(0, 3).map(formatMetricsLine).join(''));
  const second = await tracked(folder);
  await second.open();
  await second.write(all[3]!);
  await second.close('finished');
  await second.attach(null);
  const records = recordsIn(fileIn(folder)).map(fieldsOf);
  expect(records.map((fields) => [...fields.keys()].join())).toEqual([
    '1,21',
    '1,17',
    '1,2',
    '1,2',
    '1,2',
    '1,3',
    '1,18',
  ]);
  const run = fieldsOf(records[1]!.get(17)![0] as Buffer);
  expect([2, 3, 10].map((field) => run.get(field)!.map(String))).toEqual([
    ['us'],
    ['p'],
    ['a', 'b'],
  ]);
  const rows = records.slice(2, 5).map((fields) => items(fieldsOf(fields.get(2)![0] as Buffer)));
  const time = (step: number) => ({
    _step: `${step}`,
    _timestamp: `${1_700_000_000 + step}`,
    _runtime: `${step}`,
  });
  expect(rows).toEqual([
    { 'train/loss': '2', ...time(1) },
    { 'train/loss': 'NaN', 'eval/loss': '3', ...time(2) },
    { 'train/loss': '1', ...time(3) },
  ]);
  expect(items(fieldsOf(records[5]!.get(3)![0] as Buffer))).toEqual({
    'train/loss': '1',
    'eval/loss': '3',
  });
});

test('records of any length, over the ends of blocks', () => {
  const encoder = wandbEncoder();
  const run = {
    id: 'i',
    entity: null,
    project: 'p',
    name: 'n',
    tags: [],
    config: [],
    startTime: 0,
  };
  const names = [1, 100, 32_700, 32_768, 65_500, 100_000, 5, 200_000].map((length) =>
    'x'.repeat(length),
  );
  const bytes = Buffer.concat([
    encoder.begin(run),
    ...names.map((name, step) => encoder.history(step, [[name, step]])),
    encoder.end([], { code: 0, seconds: 1 }),
  ]);
  const rows = recordsIn(bytes)
    .slice(2, -2)
    .map((one) => items(fieldsOf(fieldsOf(one).get(2)![0] as Buffer)));
  expect(rows).toEqual(names.map((name, step) => ({ [name]: `${step}` })));
});
