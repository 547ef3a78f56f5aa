import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createBackground, type Findings } from '../../../server/src/configs/background.ts';
import { findingProblems } from '../../../server/src/configs/findingProblems.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { analysed, BASE } from './marks.ts';

const FIT = {
  ...{ problems: [], executor: null, tokenizer: null, parameters: 1, trainedParameters: 1 },
  ...{ memoryBytes: 4e8, availableBytes: 1e9, checkpointBytes: 1, diskBytes: 1 },
  ...{ tokensPerStep: 2048, totalSteps: 800 },
} satisfies NonNullable<Findings['fit']>;
const NOTHING: Findings = { disk: [], fit: FIT, check: null, tokensPerSecond: null };

const problem = (at: string, code: string) => ({
  ...{ severity: 'error' as const, code, message: 'so', path: at.split('.') },
});

test.each([
  ['nothing', '', NOTHING, []],
  [
    'the disk, at the value',
    '',
    { ...NOTHING, disk: [problem('data.train.0', 'disk/data')] },
    ['error disk/data "a.jsonl"'],
  ],
  [
    'what the student lacks, at the key of a list',
    'student: {model: m, lora: {target_modules: [q_proj]}}\n',
    {
      ...NOTHING,
      fit: { ...FIT, problems: [problem('student.lora.target_modules', 'lora-target')] },
    },
    ['error lora-target "target_modules"'],
  ],
  [
    'an engine that is not there, at the nearest key above it',
    'engine: {threads: 2}\n',
    { ...NOTHING, fit: { ...FIT, problems: [problem('engine.executor', 'no-executor')] } },
    ['error no-executor "engine"'],
  ],
  [
    'a stale score cache where the config does not name it, at the base',
    'extends: fast\n',
    { ...NOTHING, fit: { ...FIT, problems: [problem('teacher.cache', 'score-cache-tokenizer')] } },
    ['error score-cache-tokenizer "fast"'],
  ],
  [
    'more memory than there is',
    'train: {micro_batch_size: 64}\n',
    { ...NOTHING, fit: { ...FIT, memoryBytes: 2e9 } },
    ['warning fit/memory "64"'],
  ],
])('findings: %s', async (_, more, findings, expected) => {
  const own = more.startsWith('student') ? 'data: {train: [a.jsonl]}\n' : BASE;
  const analysis = await analysed(more.startsWith('extends') ? more + own : own + more);
  const shown = findingProblems(analysis, findings).map(
    ({ severity, code, start, end }) => `${severity} ${code} "${analysis.text.slice(start, end)}"`,
  );
  expect(shown).toEqual(expected);
});

test('a config is looked at once it is quiet, and again only when it says something else', async () => {
  const cwd = temporaryFolder();
  mkdirSync(path.join(cwd, 'm'));
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json']) {
    writeFileSync(path.join(cwd, 'm', name), '');
  }
  writeFileSync(path.join(cwd, 'a.jsonl'), '');
  const asked: string[] = [];
  const background = createBackground({
    env: {},
    service: {
      ask: (method) => {
        asked.push(method);
        return Promise.resolve(FIT as never);
      },
    },
    ...{ programRoot: () => null, lastSpeed: () => Promise.resolve(5), quietMs: 5 },
    onFindings: () => undefined,
  });
  const subject = async (text: string, isSaved = true) => ({
    ...{
      uri: 'file:///project/deepcoder.yaml',
      file: '/project/deepcoder.yaml',
      cwd,
      isSaved,
      isValid: true,
    },
    yaml: (await analysed(text)).loaded!.yaml!,
  });
  const first = await subject(BASE);
  expect(background.of(first)).toMatchObject({ disk: null, fit: null });
  await expect.poll(() => background.of(first).fit).toEqual(FIT);
  expect(background.of(first)).toMatchObject({ disk: [], tokensPerSecond: 5 });
  expect(background.of(await subject(`${BASE}# a comment\n`)).fit).toEqual(FIT);
  expect(asked).toEqual(['fit']);

  // What is not on the disk as it is in the editor, or names what is not there, the trainer is not asked of.
  const unsaved = await subject(`${BASE}run: {seed: 3}\n`, false);
  const broken = await subject('data: {train: [gone.jsonl]}\nstudent: {model: m}\n');
  for (const [one, problems] of [
    [unsaved, 0],
    [broken, 1],
  ] as const) {
    background.of(one);
    await expect.poll(() => background.of(one).disk?.length).toBe(problems);
  }
  expect(asked).toEqual(['fit']);

  background.again();
  background.of(first);
  await expect.poll(() => asked).toEqual(['fit', 'fit']);
  background.stop();
});
