import { describe, expect, test } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver';
import { completion } from '../../../server/src/configs/completion.ts';
import { cursorAt } from '../../../server/src/configs/cursor.ts';
import { formatYaml } from '../../../server/src/configs/formatting.ts';
import { hover } from '../../../server/src/configs/hover.ts';
import { estimateText } from '../../../server/src/configs/lens.ts';
import {
  documentSymbols,
  foldingRanges,
  selectionRange,
} from '../../../server/src/configs/outline.ts';
import { analysed, BASE, cursorIn, documentOf } from './marks.ts';

describe('cursorAt', () => {
  test.each([
    ['‸', 'key', ''],
    ['tra‸', 'key', ''],
    ['train:\n  ‸', 'key', 'train'],
    ['train:\n  steps: 1\n  le‸', 'key', 'train'],
    ['train:\n  optimizer:\n    e‸', 'key', 'train.optimizer'],
    ['train:\n  optimizer:\n    eps: 1\n  ‸', 'key', 'train'],
    ['train:\n  steps: 1\n‸', 'key', ''],
    ['loss:\n  type: ‸', 'value', 'loss.type'],
    ['loss:\n  type: k‸', 'value', 'loss.type'],
    ['loss: {‸', 'key', 'loss'],
    ['loss: {kd: 1, ‸}', 'key', 'loss'],
    ['loss: {kd: 1, type: ‸}', 'value', 'loss.type'],
    ['loss: {temperature: {sch‸', 'key', 'loss.temperature'],
    ['loss: {\n  kd: 1,\n  ty‸', 'key', 'loss'],
    ['data:\n  train: [a, ‸', 'value', 'data.train.1'],
    ['data:\n  train:\n    - ‸', 'value', 'data.train'],
    ['data:\n  train:\n  - ‸', 'value', 'data.train'],
    ['environments:\n  gpu:\n    train:\n      ‸', 'key', 'environments.gpu.train'],
    ['weights: {action: 1}\nloss:\n  ‸', 'key', 'loss'],
    ['\n  ‸', 'key', ''],
    ['‸\ntrain: {}\n', 'key', ''],
    ['\n\ntrain:\n  ‸', 'key', 'train'],
    ['eval:\n  environments:\n    - ‸', 'value', 'eval.environments'],
    ['eval:\n  environments:\n    - name: ‸', 'value', 'eval.environments.name'],
    ['eval:\n  environments:\n    - name: a\n      ‸', 'key', 'eval.environments'],
    ['eval:\n  environments:\n    - {name: a, ‸', 'key', 'eval.environments'],
    ['eval:\n  environments:\n    - {name: ‸', 'value', 'eval.environments.name'],
    ['env:\n  kitchen:\n    ‸', 'key', 'env.kitchen'],
  ])('%j', (marked, kind, path) => {
    const { text, offset } = cursorIn(marked);
    const cursor = cursorAt(text, offset);
    expect({ kind: cursor?.kind, path: cursor?.path.join('.') }).toEqual({ kind, path });
  });

  test('nothing in a comment', () => {
    const { text, offset } = cursorIn('train: # st‸');
    expect(cursorAt(text, offset)).toBeNull();
  });
});

async function complete(marked: string): Promise<CompletionItem[]> {
  const { text, offset } = cursorIn(marked);
  const { entries } = await analysed(text);
  const names: Record<string, string[]> = { '': ['data/', 'a.jsonl'], 'data/': ['b.jsonl'] };
  const listFolder = (typed: string) => Promise.resolve(names[typed] ?? []);
  return completion(documentOf(text), cursorAt(text, offset)!, {
    ...{ entries, listFolder },
    cachedModels: () => Promise.resolve(['Qwen/Qwen3-0.6B']),
  });
}

async function labels(marked: string): Promise<string[]> {
  return (await complete(marked)).map(({ label }) => label);
}

describe('completion', () => {
  test('keys of the section, without those that are there', async () => {
    expect(await labels('loss:\n  kd: 1\n  ‸')).toEqual([
      ...['type', 'temperature', 'alpha', 'gamma', 'beta', 'generalized_jsd', 'lambda'],
    ]);
    expect(await labels('‸')).toContain('extends');
    expect(await labels('environments:\n  gpu:\n    ‸')).not.toContain('extends');
  });

  test.each([
    ['log:\n  tensorboard: ‸', ['true', 'false']],
    ['loss:\n  type: ‸', ['kl', 'wasserstein', 'adaptive']],
    ['loss: {type: ‸}', ['kl', 'wasserstein', 'adaptive']],
    ['student:\n  lora:\n    target_modules: [‸', ['q_proj', 'down_proj']],
    ['student:\n  lora:\n    target_modules:\n      - ‸', ['q_proj', 'down_proj']],
    ['extends: ‸', ['quickstart', 'production']],
    ['data:\n  format: ‸', ['auto', 'react_text', 'atif']],
    ['data:\n  rules: {mine: {action: A}}\n  format: ‸', ['mine']],
    ['data:\n  train:\n    - ‸', ['data/', 'a.jsonl', 'env:household?games=2000&seed=1']],
    ['data:\n  train: [data/‸', ['data/b.jsonl']],
    ['teacher:\n  model: data/‸', ['data/b.jsonl']],
    ['student:\n  model: Qwen/‸', ['Qwen/Qwen3-0.6B']],
    ['eval:\n  environments:\n    - ‸', ['name', 'split', 'games', 'seed', 'max_turns']],
    [
      'env:\n  kitchen: {bridge: scienceworld}\neval:\n  environments:\n    - name: ‸',
      ['household', 'kitchen'],
    ],
    ['env:\n  kitchen: {bridge: scienceworld}\neval:\n  environment: ‸', ['household', 'kitchen']],
    ['env:\n  kitchen:\n    bridge: ‸', ['textworld-express', 'scienceworld', 'alfworld']],
  ])('%j offers %j', async (marked, expected) => {
    expect(await labels(marked)).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    ['trai‸', 'train', 'train:\n  '],
    ['train:\n  opt‸', 'optimizer', 'optimizer:\n    '],
    ['train:\n  st‸', 'steps', 'steps: '],
    ['train: {st‸', 'steps', 'steps: '],
    ['data:\n  tr‸', 'train', 'train:\n    - '],
  ])('%j: %s writes %j over what is typed', async (marked, label, written) => {
    const { text, offset } = cursorIn(marked);
    const item = (await complete(marked)).find((one) => one.label === label);
    const start = documentOf(text).positionAt(
      offset - /\w*$/.exec(text.slice(0, offset))![0].length,
    );
    expect(item?.textEdit).toMatchObject({ newText: written, range: { start } });
  });

  test('says what a key means', async () => {
    const item = (await complete('train:\n  st‸')).find(({ label }) => label === 'steps');
    expect(item?.documentation).toMatchObject({
      value: expect.stringContaining('How long to train instead of epochs') as string,
    });
  });
});

async function hoverText(marked: string, options: Parameters<typeof analysed>[1] = {}) {
  const { text, offset } = cursorIn(marked);
  const found = await hover(documentOf(text), await analysed(text, options), {
    offset,
    shortPath: (file) => file.slice('/project/'.length),
    cwd: '/project',
    env: { HF_HUB_CACHE: '/no/cache' },
  });
  return (found?.contents as { value: string } | undefined)?.value;
}

describe('hover', () => {
  test('of a model: where its name leads', async () => {
    const at = (model: string) =>
      `${BASE.replace(/student:.*\n/, '')}student: {mod‸el: ${model}}\n`;
    expect(await hoverText(at('./models/none'))).toContain('Not there: `/project/models/none`');
    expect(await hoverText(at('Qwen/Qwen3-0.6B'))).toContain('deepcoder fetch Qwen/Qwen3-0.6B');
  });

  test('of a key in a list of maps', async () => {
    const text = `${BASE}eval:\n  environments:\n    - name: household\n      max_tu‸rns: 12\n`;
    const told = await hoverText(text);
    expect(told).toContain('**eval.environments.0.max_turns**');
    expect(told).toContain('Turns after which a game is lost.');
    expect(told).toContain('In force: `12`');
  });

  test('meaning, range, default, preset and origin', async () => {
    const files = { '/project/base.yaml': 'extends: production\nloss: {kd: 0.5}\n' };
    const text = `extends: base.yaml\n${BASE}loss:\n  k‸d: 0.25\n`;
    expect(await hoverText(text, { files })).toMatchInlineSnapshot(`
      "**loss.kd**

      Share of the divergence: 0 is cross-entropy on the observed tokens only, 1 the divergence only.

      Takes a number from 0 to 1

      Default \`0.7\`

      Preset production: \`0.7\`

      In force: \`0.25\`, from line 5"
    `);
  });

  test('a section has no value of its own; a value of a base says where it stands', async () => {
    const files = { '/project/base.yaml': 'loss: {kd: 0.5}\n' };
    expect(await hoverText(`extends: base.yaml\n${BASE}lo‸ss: {}\n`, { files })).not.toContain(
      'force',
    );
    const env = { LR: '0.5' };
    const text = `${BASE}train: {learning_r‸ate: "\${env:LR}"}\n`;
    expect(await hoverText(text, { env })).toContain(
      'In force: `"0.5"`, from line 3 (`${env:LR}`)',
    );
  });

  test('nothing is said of a key that is unknown', async () => {
    expect(await hoverText(`${BASE}tr‸ian: 1\n`)).toBeUndefined();
  });
});

test('outline, folding, selection', async () => {
  const text = '# one\n# two\ntrain:\n  steps: 3\n\nloss: {kd: 1}\n';
  const document = documentOf(text);
  const { entries } = await analysed(text);
  const symbols = documentSymbols(document, entries);
  expect(symbols.map(({ name, children }) => [name, children?.map((one) => one.name)])).toEqual([
    ['train', ['steps']],
    ['loss', ['kd']],
  ]);
  expect(foldingRanges(document, entries)).toEqual([
    { startLine: 2, endLine: 3 },
    { startLine: 0, endLine: 1, kind: 'comment' },
  ]);
  const chosen: string[] = [];
  let range = selectionRange(document, entries, text.indexOf('3')) as
    ReturnType<typeof selectionRange> | undefined;
  for (; range; range = range.parent) chosen.push(document.getText(range.range));
  expect(chosen).toEqual(['3', 'steps: 3', 'train:\n  steps: 3', text]);
});

test.each([
  ['train:\n    steps: 3 # three\n', 'train:\n  steps: 3 # three\n'],
  ['# a\nloss: { kd: 1 }\n', '# a\nloss: {kd: 1}\n'],
  ['loss: {kd: 1}\n', null],
  ['loss: {kd: 1', null],
  ['loss:   *nothing\n', null],
  ['', null],
])('formatting %j', (text, expected) => {
  expect(formatYaml(text)).toBe(expected);
});

test('the estimate says what is known', async () => {
  const { loaded } = await analysed(`${BASE}train: {steps: 800}\n`);
  const none = { disk: null, fit: null, check: null, tokensPerSecond: null };
  const fit = {
    ...{ problems: [], executor: null, tokenizer: null, parameters: 1, trainedParameters: 1 },
    ...{ memoryBytes: 4.2e8, availableBytes: 1e9, checkpointBytes: 1, diskBytes: 1 },
    ...{ tokensPerStep: 2048, totalSteps: 800 },
  };
  const yaml = loaded!.yaml!;
  expect(estimateText(yaml, none)).toBe('800 steps');
  expect(estimateText(yaml, { ...none, fit, tokensPerSecond: 20_480 })).toBe(
    "800 steps, up to 1.6 M tokens, about 420 MB of memory, about 80 s at the last run's speed",
  );
  const epochs = await analysed(BASE);
  expect(estimateText(epochs.loaded!.yaml!, none)).toBe('3 epochs');
});
