import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSettings } from '@deepcoder/config';
import { expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import { NearestConfigs } from '../../../../server/src/trajectories/configInForce/nearestConfig.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const config = (maxLength: number): string =>
  `data: {train: [a.jsonl], max_length: ${maxLength}}\nstudent: {model: m}\n`;

/** A workspace with configs; `open` are the texts of editors. */
function workspace(files: Record<string, string>, open: Record<string, string> = {}) {
  const outer = temporaryFolder();
  const root = path.join(outer, 'work');
  mkdirSync(root);
  const write = (name: string, text: string): void => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const uriOf = (name: string): string => URI.file(path.join(root, name)).toString();
  let changes = 0;
  const documents = {
    get: (uri: string) => {
      const found = Object.keys(open).find((name) => uriOf(name) === uri);
      return found === undefined ? undefined : { getText: () => open[found]! };
    },
  };
  const settings = readSettings({}).settings;
  const context = {
    ...{ documents, env: {}, workspaceFolders: () => [root], settings: { current: settings } },
    readText: (file: string) => Promise.resolve(readFileSync(file, 'utf8')),
  };
  const configs = new NearestConfigs(context as never, () => {
    changes += 1;
  });
  const lengthFor = async (name: string): Promise<number | undefined> =>
    (await configs.load(uriOf(name)))?.config.data.maxLength;
  return { configs, settings, root, write, uriOf, lengthFor, changes: () => changes };
}

test.each([
  ['beside the file', { 'a/deepcoder.yaml': config(10) }, 'a/x.jsonl', 10],
  ['above it', { 'deepcoder.yaml': config(11) }, 'a/b/c/x.jsonl', 11],
  [
    'the nearest of several',
    { 'deepcoder.yaml': config(12), 'a/deepcoder.yaml': config(13) },
    'a/b/x.jsonl',
    13,
  ],
  ['by its other ending', { 'deepcoder.yml': config(14) }, 'x.jsonl', 14],
  ['another name is none', { 'train.yaml': config(15) }, 'x.jsonl', undefined],
  ['beyond the workspace is none', { '../deepcoder.yaml': config(16) }, 'x.jsonl', undefined],
  [
    'one with errors is none, and hides those above it',
    { 'deepcoder.yaml': config(17), 'a/deepcoder.yaml': 'data: {train: 3}\n' },
    'a/x.jsonl',
    undefined,
  ],
])('%s', async (_, files, name, expected) => {
  expect(await workspace(files).lengthFor(name)).toBe(expected);
});

test('what is open in an editor counts as it is there', async () => {
  const { lengthFor } = workspace(
    { 'deepcoder.yaml': config(20) },
    { 'deepcoder.yaml': config(21) },
  );
  expect(await lengthFor('x.jsonl')).toBe(21);
});

test('answers at once with what is known, and tells when there is more', async () => {
  const { configs, uriOf, lengthFor, changes } = workspace({ 'deepcoder.yaml': config(30) });
  const uri = uriOf('a/x.jsonl');
  expect(configs.of(uri)).toBeNull();
  expect(await lengthFor('a/x.jsonl')).toBe(30);
  expect(configs.of(uri)?.config.data.maxLength).toBe(30);
  expect(changes()).toBe(1);
});

test('reads again what may have changed, and tells only of what has', async () => {
  const { configs, root, write, uriOf, lengthFor, changes } = workspace({
    'deepcoder.yaml': config(40),
  });
  const until = async (length: number | undefined, told: number): Promise<void> => {
    configs.forget();
    await expect.poll(() => configs.of(uriOf('x.jsonl'))?.config.data.maxLength).toBe(length);
    expect(changes()).toBe(told);
  };
  await lengthFor('x.jsonl');
  write('deepcoder.yaml', config(41));
  await until(41, 2);
  await until(41, 2);
  rmSync(path.join(root, 'deepcoder.yaml'));
  await until(undefined, 3);
});

test('the one that the settings name counts before the nearest, as long as it is there', async () => {
  const { configs, settings, root, lengthFor, uriOf } = workspace({
    'deepcoder.yaml': config(60),
    'configs/other.yaml': config(61),
  });
  settings.trajectories.config = 'configs/other.yaml';
  expect(await lengthFor('a/x.jsonl')).toBe(61);
  rmSync(path.join(root, 'configs/other.yaml'));
  configs.forget();
  await expect.poll(() => configs.of(uriOf('a/x.jsonl'))?.config.data.maxLength).toBe(60);
});

test('a document that is not on the disk has none', async () => {
  const { configs } = workspace({ 'deepcoder.yaml': config(50) });
  expect(configs.of('untitled:one')).toBeNull();
  expect(await configs.load('untitled:one')).toBeNull();
});
