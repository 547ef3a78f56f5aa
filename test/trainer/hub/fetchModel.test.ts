import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fetchModel, type NamedModel } from '../../../trainer/src/hub/fetchModel.ts';
import { type HubSettings, hubSettings } from '../../../trainer/src/hub/hubSettings.ts';
import { type FakeHub, fakeHub, sha256 } from '../../support/fakeHub.ts';
import { canLimitFileSize, withFileSizeLimit } from '../../support/fileSizeLimit.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const WEIGHTS = new Uint8Array(300_000).map((_, i) => (i * i) % 251);
const FILES = {
  'config.json': '{"model_type":"llama"}',
  'tokenizer.json': '{}',
  'model.safetensors': WEIGHTS,
  'README.md': '# not needed',
  'onnx/model.onnx': 'not needed',
  'pytorch_model.bin': 'pickled, and not needed',
};
const BLOB = `blobs/${sha256(WEIGHTS)}`;

interface World {
  hub: HubSettings;
  /** The repository's folder in the cache. */
  repo: string;
  cwd: string;
  said: string[];
  get: (
    text?: string,
    more?: { need?: NamedModel['need']; signal?: AbortSignal },
  ) => Promise<string>;
}

async function world(fake: FakeHub, env: Record<string, string> = {}): Promise<World> {
  const cwd = temporaryFolder();
  const full = { HF_HOME: path.join(cwd, 'hf'), HF_ENDPOINT: fake.endpoint, ...env };
  const hub = { ...(await hubSettings(full)), retryPauseMs: 1 };
  const said: string[] = [];
  const progress = { say: (text: string) => said.push(text), advance: () => undefined };
  return {
    ...{ hub, cwd, said },
    repo: path.join(hub.cache, 'models--own--tiny'),
    get: (text = 'own/tiny', { need = 'model', signal } = {}) =>
      fetchModel({ key: 'student.model', text, need }, { cwd, env: full, hub, progress, signal }),
  };
}

test('downloads what is needed in the layout of the Hub, once', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, repo, said } = await world(fake);
  const commit = fake.commitOf('own/tiny');
  expect(await get()).toBe(`own/tiny@${commit}`);
  const snapshot = path.join(repo, 'snapshots', commit);
  expect(sha256(readFileSync(path.join(snapshot, 'model.safetensors')))).toBe(sha256(WEIGHTS));
  expect(readlinkSync(path.join(snapshot, 'model.safetensors'))).toBe(`../../${BLOB}`);
  expect(readFileSync(path.join(repo, 'refs/main'), 'utf8')).toBe(commit);
  expect(existsSync(path.join(snapshot, 'pytorch_model.bin'))).toBe(false);
  expect(existsSync(path.join(snapshot, 'README.md'))).toBe(false);
  expect(said[0]).toContain('own/tiny@main');
  const before = fake.requests.length;
  expect(await get()).toBe(`own/tiny@${commit}`);
  expect(fake.requests.length).toBe(before);
  expect(said.at(-1)).toContain("from the Hub's cache");
});

test('a folder of that name goes first, and a misspelt path is not asked of the Hub', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, cwd } = await world(fake);
  mkdirSync(path.join(cwd, 'own/tiny'), { recursive: true });
  expect(await get()).toBe('own/tiny');
  expect(await get('own/tinny')).toBe('own/tinny');
  expect(await get('./own/other')).toBe('./own/other');
  expect(fake.requests).toEqual([]);
});

test('a tokenizer is fetched without the weights', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, repo } = await world(fake);
  await get('own/tiny@v1', { need: 'tokenizer' });
  const snapshot = path.join(repo, 'snapshots', fake.commitOf('own/tiny'));
  expect(existsSync(path.join(snapshot, 'tokenizer.json'))).toBe(true);
  expect(existsSync(path.join(snapshot, 'model.safetensors'))).toBe(false);
  expect(existsSync(path.join(repo, 'refs/v1'))).toBe(true);
  await get('own/tiny@v1');
  expect(existsSync(path.join(snapshot, 'model.safetensors'))).toBe(true);
});

test('shards come with their index, a GGUF file alone', async () => {
  const index = JSON.stringify({
    weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
  });
  const files = {
    'config.json': '{}',
    'model.safetensors.index.json': index,
    'model-00001-of-00002.safetensors': 'one',
    'model-00002-of-00002.safetensors': 'two',
    'consolidated-00001-of-00001.safetensors': 'other',
  };
  const fake = await fakeHub({
    'own/tiny': { files },
    'own/gguf': { files: { 'q4.gguf': 'GGUF', 'q8.gguf': 'GGUF!' } },
  });
  const { get, repo, hub } = await world(fake);
  const snapshot = path.join(repo, 'snapshots', fake.commitOf('own/tiny'));
  await get();
  expect(readFileSync(path.join(snapshot, 'model-00002-of-00002.safetensors'), 'utf8')).toBe('two');
  expect(existsSync(path.join(snapshot, 'consolidated-00001-of-00001.safetensors'))).toBe(false);
  const pinned = await get('own/gguf/q8.gguf');
  expect(pinned).toBe(`own/gguf@${fake.commitOf('own/gguf')}/q8.gguf`);
  expect(
    existsSync(
      path.join(hub.cache, 'models--own--gguf/snapshots', fake.commitOf('own/gguf'), 'q8.gguf'),
    ),
  ).toBe(true);
  await expect(get('own/gguf')).rejects.toThrow(
    /holds GGUF files; name one of them; there is q4.gguf, q8.gguf/,
  );
});

test('a cut connection is opened again where it was cut', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, repo } = await world(fake);
  fake.faults['model.safetensors'] = [{ cutAfter: 100_000 }, { cutAfter: 50_000 }];
  await get();
  expect(sha256(readFileSync(path.join(repo, BLOB)))).toBe(sha256(WEIGHTS));
  const ranges = fake.requests.filter((one) => /lfs.* bytes=[1-9]/.test(one));
  expect(ranges.length).toBeGreaterThanOrEqual(2);
});

test('what an interrupted download left is gone on with', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, repo } = await world(fake);
  fake.faults['model.safetensors'] = [{ cutAfter: 120_000 }, { hang: true }];
  const controller = new AbortController();
  const going = get('own/tiny', { signal: controller.signal });
  await expect.poll(() => fake.faults['model.safetensors']!.length).toBe(0);
  controller.abort();
  await expect(going).rejects.toThrow(/abort/i);
  const left = lstatSync(path.join(repo, `${BLOB}.incomplete`)).size;
  expect(left).toBeGreaterThan(0);
  expect(existsSync(path.join(repo, `${BLOB}.lock`))).toBe(false);
  fake.requests.length = 0;
  await get();
  expect(fake.requests.filter((one) => one.includes('lfs') && !one.endsWith('bytes=0-0'))).toEqual([
    expect.stringContaining(`bytes=${left}-`) as string,
  ]);
  expect(sha256(readFileSync(path.join(repo, BLOB)))).toBe(sha256(WEIGHTS));
});

test('a part of something else is thrown away, a wrong whole is refused', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, repo } = await world(fake);
  mkdirSync(path.join(repo, 'blobs'), { recursive: true });
  writeFileSync(path.join(repo, `${BLOB}.incomplete`), 'of another file');
  await get();
  expect(sha256(readFileSync(path.join(repo, BLOB)))).toBe(sha256(WEIGHTS));

  const other = await world(fake);
  fake.faults['model.safetensors'] = [{ corrupt: true }];
  await expect(other.get()).rejects.toMatchObject({ code: 'hub-hash', exitCode: 3 });
  expect(existsSync(path.join(other.repo, BLOB))).toBe(false);
  expect(existsSync(path.join(other.repo, `${BLOB}.incomplete`))).toBe(false);
  const third = await world(fake);
  fake.faults['config.json'] = [{ corrupt: true }];
  await expect(third.get()).rejects.toMatchObject({ code: 'hub-hash' });
});

test('a busy Hub is asked again, one that stays so is told', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get } = await world(fake);
  fake.faults['config.json'] = [{ status: 503 }, { status: 429 }];
  await get();
  const other = await world(fake);
  fake.faults['config.json'] = Array.from({ length: 40 }, () => ({ status: 500 }));
  await expect(other.get()).rejects.toMatchObject({ code: 'hub-unavailable' });
});

test('refusals say what to do, and never the token', async () => {
  const secret = 'hf_verysecret';
  const fake = await fakeHub({
    'own/private': { files: FILES, token: secret },
    'own/gated': { files: FILES, token: secret, isGated: true },
    'own/pickled': { files: { 'config.json': '{}', 'pytorch_model.bin': 'x' } },
    'own/empty': { files: { 'README.md': '' } },
    'own/tiny': { files: FILES },
  });
  const plain = await world(fake);
  const cases: [string, string, RegExp][] = [
    ['own/nothing', 'hub-unauthorized', /does not exist, or is private/],
    ['own/private', 'hub-unauthorized', /set HF_TOKEN/],
    ['own/gated', 'hub-gated', /ask for access on its page, then set HF_TOKEN/],
    ['own/tiny@nowhere', 'hub-revision', /no such revision/],
    ['own/pickled', 'hub-pickled', /can run any code/],
    ['own/empty', 'hub-no-weights', /no weights/],
  ];
  for (const [text, code, message] of cases) {
    const error: unknown = await plain.get(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, exitCode: 3 });
    expect((error as Error).message).toMatch(message);
  }
  const wrong = await world(fake, { HF_TOKEN: 'hf_other' });
  await expect(wrong.get('own/gated')).rejects.toThrow(/with the account of your token/);
  await expect(wrong.get('own/private')).rejects.toThrow(/does not accept your token/);
  const right = await world(fake, { HF_TOKEN: secret });
  await right.get('own/gated');
  await right.get('own/private');
  expect(right.said.join('\n')).not.toContain(secret);
});

test('a token file is read, and nothing is asked when offline', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES, token: 'hf_file' } });
  const home = temporaryFolder();
  writeFileSync(path.join(home, 'token'), 'hf_file\n');
  const { get } = await world(fake, { HF_HOME: home });
  await get();
  const before = fake.requests.length;
  const offline = await world(fake, { HF_HUB_OFFLINE: '1' });
  await expect(offline.get()).rejects.toMatchObject({ code: 'hub-offline' });
  const cached = await world(fake, { HF_HOME: home, HF_HUB_OFFLINE: '1' });
  expect(await cached.get()).toContain(fake.commitOf('own/tiny'));
  expect(fake.requests.length).toBe(before);
});

test('a Hub that is not there is told as such', async () => {
  const fake = await fakeHub({});
  const { get } = await world(fake, { HF_ENDPOINT: 'http://127.0.0.1:9' });
  await expect(get()).rejects.toMatchObject({ code: 'hub-unreachable' });
});

test.skipIf(!canLimitFileSize())('a full disk leaves the part, which is gone on with', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get, repo } = await world(fake);
  await withFileSizeLimit(100_000, async () => {
    await expect(get()).rejects.toMatchObject({ code: 'hub-disk-full', exitCode: 3 });
  });
  expect(lstatSync(path.join(repo, `${BLOB}.incomplete`)).size).toBe(100_000);
  await get();
  expect(sha256(readFileSync(path.join(repo, BLOB)))).toBe(sha256(WEIGHTS));
});

test('two programs that want the same file download it once', async () => {
  const fake = await fakeHub({ 'own/tiny': { files: FILES } });
  const { get } = await world(fake);
  await Promise.all([get(), get()]);
  const whole = fake.requests.filter((one) => one.includes('/lfs/') && !one.endsWith('bytes=0-0'));
  expect(whole).toHaveLength(1);
});
