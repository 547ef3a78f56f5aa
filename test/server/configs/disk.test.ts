import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { URI } from 'vscode-uri';
import { diskChecks } from '../../../server/src/configs/diskChecks.ts';
import { configLenses } from '../../../server/src/configs/lens.ts';
import { fileLinks } from '../../../server/src/configs/links.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { analysed, BASE } from './marks.ts';

let cwd: string;

beforeEach(() => {
  cwd = temporaryFolder();
  const write = (name: string, text = ''): void => {
    mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    writeFileSync(path.join(cwd, name), text);
  };
  write('data/one.jsonl');
  write('data/one.jsonl.spans.json');
  mkdirSync(path.join(cwd, 'empty'));
  for (const file of ['config.json', 'model.safetensors', 'tokenizer.json']) write(`whole/${file}`);
  write('bare/config.json');
  write('shards/config.json');
  write('shards/tokenizer.json');
  write('shards/a.safetensors');
  const map = { weight_map: { x: 'a.safetensors', y: 'b.safetensors' } };
  write('shards/model.safetensors.index.json', JSON.stringify(map));
  write('base.yaml');
});

const config = (data: string, student: string, rest = ''): string =>
  `data: {train: [${data}]}\nstudent: {model: ${student}}\n${rest}`;

describe('against the disk', () => {
  test.each([
    ['all there', config('data/*.jsonl', 'whole'), []],
    ['a folder of data', config('data', 'whole'), []],
    [
      'a glob that matches nothing',
      config('data/*.traj', 'whole'),
      ['data.train.0 disk/data no file matches data/*.traj'],
    ],
    [
      'a sidecar is no data',
      config('data/*.spans.json', 'whole'),
      ['data.train.0 disk/data no file matches'],
    ],
    [
      'an empty folder',
      config('empty', 'whole'),
      ['data.train.0 disk/data CWD/empty has no file in it'],
    ],
    [
      'a name with a near one',
      config('date', 'whole'),
      ['data.train.0 disk/data CWD/date does not exist; there is data beside it'],
    ],
    [
      'the second of two',
      config('data, nothing', 'whole'),
      ['data.train.1 disk/data CWD/nothing does not exist'],
    ],
    [
      'held-out files',
      config('data', 'whole', '').replace(']}', '], eval: [gone.jsonl]}'),
      ['data.eval.0 disk/data CWD/gone.jsonl does not exist'],
    ],
    ['the built-in environment', config("'env:household?games=3'", 'whole'), []],
    [
      'another environment',
      config("'env:garden'", 'whole'),
      ['data.train.0 disk/environment there is no environment "garden"'],
    ],
    [
      'no checkpoint',
      config('data', 'none'),
      ['student.model disk/checkpoint the checkpoint folder CWD/none does not exist'],
    ],
    [
      'half a checkpoint',
      config('data', 'bare'),
      [
        'student.model disk/checkpoint the checkpoint CWD/bare is incomplete: model.safetensors, tokenizer.json are missing',
      ],
    ],
    [
      'a part of the weights',
      config('data', 'shards'),
      [
        'student.model disk/checkpoint the checkpoint CWD/shards is incomplete: b.safetensors is missing',
      ],
    ],
    [
      'a tokenizer of its own',
      config('data', 'bare', 'tokenizer: whole\n'),
      [
        'student.model disk/checkpoint the checkpoint CWD/bare is incomplete: model.safetensors is missing',
      ],
    ],
    [
      'no tokenizer in a folder',
      config('data', 'whole', 'tokenizer: bare\n'),
      ['tokenizer disk/tokenizer CWD/bare has no tokenizer.json in it'],
    ],
    [
      'a name on the Hub that is not fetched yet',
      config('data', 'own/tiny'),
      ['student.model disk/not-fetched own/tiny is not on this machine yet'],
    ],
    [
      'no teacher',
      config('data', 'whole', 'teacher: {type: checkpoint, model: wholes}\n'),
      [
        'teacher.model disk/checkpoint the checkpoint folder CWD/wholes does not exist; there is whole beside it',
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const { loaded } = await analysed(text);
    const found = await diskChecks(loaded!.yaml!, {
      cwd,
      programRoot: null,
      env: { HF_HUB_CACHE: path.join(cwd, 'hub') },
    });
    const told = found.map(({ path: at, code, message }) =>
      `${at.join('.')} ${code} ${message}`.replaceAll(cwd, 'CWD'),
    );
    expect(told).toHaveLength(expected.length);
    told.forEach((one, index) => expect(one).toContain(expected[index]));
  });

  test('what comes with the program is found there', async () => {
    const { loaded } = await analysed(config('data', 'whole'));
    const place = { cwd: path.join(cwd, 'data'), programRoot: cwd, env: {} };
    const found = await diskChecks(loaded!.yaml!, place);
    expect(found.map(({ code }) => code)).toEqual(['disk/data']);
  });
});

test('links: bases from the config, all else from where training starts', async () => {
  const files = { '/project/base.yaml': '' };
  const text = `extends: base.yaml\n${config('data/one.jsonl, data/none.jsonl', 'whole', 'tokenizer: bare\n')}`;
  const { entries } = await analysed(text, { files });
  const links = fileLinks(entries, { file: path.join(cwd, 'deepcoder.yaml'), cwd });
  const shown = links.map(({ place, target }) => {
    const file = path.relative(cwd, URI.parse(target).fsPath);
    return `${text.slice(place.start, place.end)} -> ${file}`;
  });
  expect(shown).toEqual([
    'base.yaml -> base.yaml',
    'data/one.jsonl -> data/one.jsonl',
    'whole -> whole/config.json',
    'bare -> bare/config.json',
  ]);
});

describe('lenses', () => {
  const findings = { disk: [], fit: null, check: null, tokensPerSecond: null };
  test.each([
    [
      'on a preset',
      `extends: fast\n${BASE}train: {steps: 9}\n`,
      ['Run Train', 'Check', 'Compare with preset fast', '9 steps'],
    ],
    ['on nothing', `${BASE}train: {epochs: 2}\n`, ['Run Train', 'Check', '2 epochs']],
    [
      'with errors nothing is run',
      'extends: fast\ntrain: {steps: x}\n',
      ['Check', 'Compare with preset fast'],
    ],
  ])('%s', async (_, text, expected) => {
    const { preset, loaded } = await analysed(text);
    const yaml = loaded?.yaml ?? null;
    const lenses = configLenses({ uri: 'file:///project/deepcoder.yaml', preset, yaml, findings });
    expect(lenses.map(({ command }) => command!.title)).toEqual(expected);
  });
});
