import path from 'node:path';
import { expect, test } from 'vitest';
import { datasetFiles } from '../../../trainer/src/hub/datasetFiles.ts';
import { fetchDataset } from '../../../trainer/src/hub/fetchDataset.ts';
import { hubSettings } from '../../../trainer/src/hub/hubSettings.ts';
import { type FakeHub, fakeHub } from '../../support/fakeHub.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const FILES = {
  'README.md': '',
  'data/train-00000.parquet': 'one',
  'data/train-00001.parquet': 'two',
  'data/test.jsonl': '{}',
  'other/train-00000.parquet': 'three',
};

async function world(fake: FakeHub, env: Record<string, string> = {}) {
  const full = { HF_HOME: temporaryFolder(), HF_ENDPOINT: fake.endpoint, ...env };
  const hub = { ...(await hubSettings(full)), retryPauseMs: 1 };
  const progress = { say: () => undefined, advance: () => undefined };
  return {
    env: full,
    get: (text: string) => fetchDataset(text, { env: full, hub, progress }),
  };
}

test('a glob is pinned, and fetches what it matches', async () => {
  const fake = await fakeHub({ 'own/data': { kind: 'dataset', files: FILES } });
  const { get, env } = await world(fake);
  const pinned = await get('hf://datasets/own/data/data/*.parquet');
  expect(pinned).toBe(`hf://datasets/own/data@${fake.commitOf('own/data')}/data/*.parquet`);
  const found = await datasetFiles(pinned, env);
  expect(found.map(({ source }) => source)).toEqual([
    'hf://datasets/own/data/data/train-00000.parquet',
    'hf://datasets/own/data/data/train-00001.parquet',
  ]);
  expect(path.basename(found[0]!.path)).toBe('train-00000.parquet');
  const offline = await world(fake, { ...env, HF_HUB_OFFLINE: '1' });
  const before = fake.requests.length;
  expect(await offline.get(pinned)).toBe(pinned);
  expect(fake.requests.length).toBe(before);
});

test.for([
  ['**/*.parquet', 3],
  ['data/*', 3],
  ['{data,other}/train-00000.parquet', 2],
  ['data/tes?.jsonl', 1],
  ['data/test.jsonl', 1],
] as const)('%s matches %i files', async ([pattern, count]) => {
  const fake = await fakeHub({ 'own/data': { kind: 'dataset', files: FILES } });
  const { get, env } = await world(fake);
  expect(await datasetFiles(await get(`hf://datasets/own/data@v1/${pattern}`), env)).toHaveLength(
    count,
  );
});

test('what is not there, or written wrongly, is told', async () => {
  const fake = await fakeHub({ 'own/data': { kind: 'dataset', files: FILES } });
  const { get, env } = await world(fake);
  await expect(get('hf://datasets/own/data/none.jsonl')).rejects.toThrow(
    /no file of the data set matches .* there is README.md/,
  );
  await expect(get('hf://datasets/own')).rejects.toMatchObject({
    code: 'data-address',
    exitCode: 2,
  });
  await expect(get('hf://models/own/data/x.jsonl')).rejects.toMatchObject({ code: 'data-address' });
  await expect(datasetFiles('hf://datasets/own/data/data/test.jsonl', env)).rejects.toThrow(
    /is not in the Hub's cache/,
  );
  expect(await get('data/*.jsonl')).toBe('data/*.jsonl');
});
