import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTokenizer } from '../../../trainer/src/data/openTokenizer.ts';
import { tokenBytes } from '../../../trainer/src/tokenizer/tokenBytes.ts';
import { trainingTexts } from '../../../trainer/src/eval/household/trainingTexts.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { fakeScoreServer } from '../../support/servers/fakeScoreServer.ts';
import {
  metricsOf,
  runFolders,
  workshop,
  writeConfig,
  writeTeacher,
} from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;
let tokens: number;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  const texts = [...trainingTexts(new URLSearchParams('games=20&seed=1'))].map(({ text }) => text);
  writeFileSync(path.join(folder, 'games.react'), texts.join('\n'));
  const made = await deepcoder.run(
    'tokenizer',
    'games.react',
    '--vocab-size',
    '400',
    '--output',
    'bpe',
  );
  expect(made.code).toBe(0);
  tokens = (await openTokenizer(path.join(folder, 'bpe'))).vocabSize;
  await writeTeacher(folder, tokens, 'other', 'bpe');
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const local = (name: string, more = ''): string =>
  writeConfig(
    folder,
    `${name}.yaml`,
    `run: {name: ${name}}
teacher: {model: other, align: bytes, top_k: 8, cache: scores-${name}}
loss: {kd: 0.8}
${more}`,
  );

const lossesOf = (run: string): number[] =>
  metricsOf(run).flatMap(({ values }) => values['train/loss'] ?? []);

test(
  'a teacher with another tokenizer is refused with the way out, and taken with teacher.align: bytes',
  async () => {
    const misfit = writeConfig(folder, 'misfit.yaml', 'teacher: {model: other}\n');
    const refused = await deepcoder.run('check', misfit);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toMatch(/its tokenizer is not the student's.*set teacher.align: bytes/);

    const { code, stdout } = await deepcoder.run('check', local('checked'));
    expect(stdout).toMatch(
      /paired with these shares of the learnt bytes: reasoning 100.0 %, action 100.0 %/,
    );
    expect(code).toBe(0);
  },
  PATIENCE_MS,
);

test(
  'scores are made once and trained with, whoever asks; another run has the same losses',
  async () => {
    const config = local('aligned', 'train: {steps: 4}\n');
    const scored = await deepcoder.run('score', config);
    expect(scored.code).toBe(0);
    const again = await deepcoder.run('score', config, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ tokens: 0 });
    const trained = await deepcoder.run('train', config);
    expect(trained.code).toBe(0);
    const [run] = runFolders(folder, 'aligned');
    const before = lossesOf(run!);
    expect(before).toHaveLength(4);
    expect(metricsOf(run!).some(({ values }) => values['train/divergence']! > 0)).toBe(true);
    await deepcoder.run('train', config);
    expect(lossesOf(runFolders(folder, 'aligned')[1]!)).toEqual(before);
  },
  PATIENCE_MS,
);

test(
  'a server with another tokenizer is asked in tokens of its own',
  async () => {
    const bpe = await openTokenizer(path.join(folder, 'bpe'));
    const bytesOf = tokenBytes(bpe);
    const server = await fakeScoreServer({
      ...{ kind: 'vllm', vocabSize: tokens },
      textOf: (id) => Buffer.from(bytesOf(id) ?? '', 'latin1').toString('utf8'),
    });
    try {
      const config = writeConfig(
        folder,
        'served.yaml',
        `run: {name: served}
teacher: {type: vllm, url: '${server.url}', tokenizer: bpe, align: bytes, top_k: 4, cache: scores-served}
loss: {kd: 1}
train: {steps: 2}
`,
      );
      const { code, stdout, stderr } = await deepcoder.run('train', config);
      expect(code).toBe(0);
      const [run] = runFolders(folder, 'served');
      expect(metricsOf(run!).some(({ values }) => values['train/divergence']! > 0)).toBe(true);
      expect(stdout + stderr).toContain('100.0 %');
    } finally {
      await server.close();
    }
  },
  PATIENCE_MS,
);
