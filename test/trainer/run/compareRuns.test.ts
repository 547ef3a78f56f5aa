import { execFileSync } from 'node:child_process';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from '../../configs/loadHelper.ts';
import {
  compareMakings,
  formatChange,
  type RunMakings,
} from '../../../trainer/src/run/compareRuns.ts';
import { fingerprintText } from '../../../trainer/src/run/fingerprintText.ts';
import { gitCommit } from '../../../trainer/src/run/gitCommit.ts';
import { temporaryFolder } from './startWorker.ts';

const DATA = 'data: {train: [a.jsonl]}\n';
const STUDENT = 'student: {model: models/s}\n';

async function makings(
  config = DATA + STUDENT,
  change: Partial<RunMakings> = {},
): Promise<RunMakings> {
  const { yaml } = await load(config);
  if (yaml === null) throw new Error('the config of the test is wrong');
  return {
    config: yaml,
    versions: { deepcoder: '1', node: '20' },
    gitCommit: 'a'.repeat(40),
    fingerprints: {
      config: '',
      data: [{ path: 'a.jsonl', sha256: '1'.repeat(64) }],
      models: [{ path: 'base', sha256: '1'.repeat(32) }],
      executor: 'onnx',
    },
    ...change,
  };
}

describe('compareMakings', () => {
  it('finds nothing where nothing changed', async () => {
    expect(compareMakings(await makings(), await makings())).toEqual([]);
  });

  it.each([
    [`${STUDENT}train: {learning_rate: 0.5}`, 'config train.learning_rate: 0.0002 -> 0.5'],
    [`${STUDENT}loss: {type: {action: focal}}`, 'config loss.type: is gone'],
    [
      `${STUDENT}train: {optimizer: {betas: [0.1, 0.2]}}`,
      'config train.optimizer.betas: [0.9,0.999] -> [0.1,0.2]',
    ],
    ['student: {model: models/s, lora: {r: 3}}', 'config student.lora.r: is new (3)'],
  ])('names %j', async (config, line) => {
    const changes = compareMakings(await makings(), await makings(DATA + config));
    expect(changes.map(formatChange)).toContain(line);
  });

  it.each(['log: {every: 7}', 'checkpoints: {keep: 9}', 'run: {name: other, dir: d}'])(
    'lets %s pass: no number depends on it',
    async (config) => {
      expect(compareMakings(await makings(), await makings(DATA + STUDENT + config))).toEqual([]);
    },
  );

  it('names data, models and code', async () => {
    const after = await makings(DATA + STUDENT, {
      versions: { deepcoder: '2', node: '20' },
      gitCommit: `${'b'.repeat(40)}-dirty`,
      fingerprints: {
        config: '',
        data: [
          { path: 'a.jsonl', sha256: '2'.repeat(64) },
          { path: 'b.jsonl', sha256: '3'.repeat(64) },
        ],
        models: [{ path: 'base', sha256: '4'.repeat(32) }],
        executor: 'onnx',
      },
    });
    expect(compareMakings(await makings(), after).map(formatChange)).toEqual([
      'data a.jsonl: 111111111111 -> 222222222222',
      'data b.jsonl: is new (333333333333)',
      'model base: 111111111111 -> 444444444444',
      'code deepcoder: 1 -> 2',
      'code git commit: aaaaaaaaaaaa -> bbbbbbbbbbbb-dirty',
    ]);
  });
});

describe('fingerprintText', () => {
  it('is sha256', () => {
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(fingerprintText('abc')).toBe(sha256);
  });
});

describe('gitCommit', () => {
  it('is the commit, marked where files differ from it, and null outside of git', async () => {
    const folder = await temporaryFolder();
    expect(await gitCommit(folder)).toBeNull();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=n', '-c', 'user.email=e@e', ...args], {
        encoding: 'utf8',
      }).trim();
    git('init', '--quiet');
    await writeFile(path.join(folder, 'f'), '1');
    git('add', 'f');
    git('commit', '--quiet', '-m', 'first');
    git('tag', '-a', 'v1', '-m', 'v1');
    const commit = git('rev-parse', 'HEAD');
    expect(await gitCommit(folder)).toBe(commit);
    await appendFile(path.join(folder, 'f'), '2');
    expect(await gitCommit(folder)).toBe(`${commit}-dirty`);
  });
});
