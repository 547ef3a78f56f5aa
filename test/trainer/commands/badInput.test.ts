import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { runFolders, runState, workshop } from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
  const record = (index: number): string => JSON.stringify({ messages: turns(index) });
  const [a, b] = [record(1), record(2)];
  write('good.jsonl', `${a}\n${b}\n`);
  write('broken.jsonl', `${a}\n{"messages": [{"role": "user" "content": "x"}]}\n${b}\n`);
  write('only-broken.jsonl', '{"messages": [{"role": "user" "content": "x"}]}\n');
  write('empty.jsonl', '');
  write('diary.txt', 'Nothing happened today.\n');
  copyTeacher('cut', (weights) => truncateSync(weights, readFileSync(weights).length - 100));
  copyTeacher('nan', writeNaN);
  copyTeacher('other', () => {
    editVocabulary('other', (vocab) => ({ ...vocab, onemore: Object.keys(vocab).length }));
  });
  copyTeacher('swapped', () => {
    editVocabulary('swapped', (vocab) => {
      const [a, b] = Object.keys(vocab).slice(-2) as [string, string];
      return { ...vocab, [a]: vocab[b]!, [b]: vocab[a]! };
    });
  });
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text);
}

function turns(index: number): object[] {
  const call = { name: 'look', arguments: `{"at": "desk ${index}"}` };
  return [
    { role: 'user', content: `put mug ${index} on desk 1` },
    {
      role: 'assistant',
      content: 'I look for it',
      tool_calls: [{ id: 'a', type: 'function', function: call }],
    },
    { role: 'tool', tool_call_id: 'a', content: 'the desk is empty' },
    { role: 'assistant', content: 'it is done' },
  ];
}

function editVocabulary(
  name: string,
  change: (vocab: Record<string, number>) => Record<string, number>,
): void {
  const file = path.join(folder, name, 'tokenizer.json');
  const { model, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  const changed = { ...model, vocab: change(model.vocab) };
  writeFileSync(file, JSON.stringify({ ...rest, model: changed }));
}

function copyTeacher(name: string, change: (weights: string) => void): void {
  cpSync(path.join(folder, 'teacher'), path.join(folder, name), { recursive: true });
  change(path.join(folder, name, 'model.safetensors'));
}

/** The first number of the first tensor. */
function writeNaN(weights: string): void {
  const bytes = readFileSync(weights);
  const first = 8 + Number(bytes.readBigUInt64LE(0));
  bytes.writeFloatLE(Number.NaN, first);
  writeFileSync(weights, bytes);
}

const DATA = (name: string): string[] => [
  `data.train=[${name}]`,
  'data.eval=0',
  'data.render=auto',
];
const STUDENT = (name: string): string[] => ['student.architecture=null', `student.model=${name}`];
const TEACHER = (name: string): string[] => ['teacher.type=checkpoint', `teacher.model=${name}`];

const CASES: { name: string; set: string[]; code: number; says: (string | RegExp)[] }[] = [
  {
    name: 'a file that is missing',
    set: DATA('none.jsonl'),
    code: 3,
    says: ['none.jsonl does not exist', 'start from the working folder'],
  },
  {
    name: 'an empty file',
    set: DATA('empty.jsonl'),
    code: 3,
    says: ['empty.jsonl: the file is empty', 'name others in data.train'],
  },
  {
    name: 'a wrong JSON line with nothing beside it',
    set: DATA('only-broken.jsonl'),
    code: 3,
    says: [/only-broken\.jsonl:1: Malformed JSON: a comma is wanted here/, 'Correct these files'],
  },
  {
    name: 'a text that is no trajectory',
    set: DATA('diary.txt'),
    code: 3,
    says: ['diary.txt: it is not a trajectory file', 'data.format'],
  },
  {
    name: 'a format that there is not',
    set: ['data.format=openai_chats'],
    code: 2,
    says: ['data.format: "openai_chats" is no format', 'did you mean openai_chat?'],
  },
  {
    name: 'NaN in a checkpoint',
    set: STUDENT('nan'),
    code: 3,
    says: ['nan/model.safetensors', 'model.embed_tokens.weight', /NaN|not finite/],
  },
  {
    name: 'truncated safetensors',
    set: STUDENT('cut'),
    code: 3,
    says: ['cut/model.safetensors', 'cut short', 'again'],
  },
  {
    name: 'a tokenizer with more tokens than the student',
    set: [...STUDENT('teacher'), 'tokenizer=other'],
    code: 3,
    says: ['tokenizer', 'use the tokenizer that the checkpoint was saved with'],
  },
  {
    name: 'a teacher with another tokenizer',
    set: TEACHER('swapped'),
    code: 3,
    says: ['teacher', "its tokenizer is not the student's", 'to the student and'],
  },
  {
    name: 'a config key that is misspelt',
    set: ['train.learnin_rate=1'],
    code: 2,
    says: ['train.learnin_rate: there is no such key', 'did you mean train.learning_rate?'],
  },
  {
    name: 'an executor for GPUs that is not set up',
    set: ['engine.executor=cuda'],
    code: 2,
    says: ['executor tfjs-cuda', 'deepcoder setup tfjs-cuda'],
  },
  {
    name: 'a provider that is not set up',
    set: ['engine.provider=cuda'],
    code: 2,
    says: ['engine.provider cuda', 'deepcoder setup cuda'],
  },
];

describe.concurrent('bad input', () => {
  test.each(CASES)(
    '$name',
    async ({ set, code, says }) => {
      const ended = await deepcoder.run('train', 'tiny.yaml', '--set', 'run.dir=bad', ...set);
      expect(ended.code).toBe(code);
      expect(ended.stderr).toMatch(/^error: /);
      expect(ended.stderr).not.toContain('this is a bug');
      expect(ended.stderr).not.toMatch(/^ +at /m);
      for (const text of says) expect(ended.stderr).toMatch(text);
    },
    PATIENCE_MS,
  );

  test(
    'a wrong JSON line between good ones is named, and the others are learnt from',
    async () => {
      const set = [...DATA('broken.jsonl'), 'run.dir=bad'];
      const { code, stdout } = await deepcoder.run('train', 'tiny.yaml', '--set', ...set);
      expect(code).toBe(0);
      expect(stdout).toMatch(/broken\.jsonl:2: Malformed JSON/);
      expect(stdout).toContain('1 rejected');
    },
    PATIENCE_MS,
  );

  test(
    'all errors of a config come at once, with their places',
    async () => {
      write('twice.yaml', 'extends: tiny.yaml\ntrain:\n  stepps: 3\nloss:\n  kd: 7\n');
      const { code, stderr } = await deepcoder.run('train', 'twice.yaml');
      expect(code).toBe(2);
      expect(stderr).toMatch(/twice\.yaml:3:3: train\.stepps/);
      expect(stderr).toMatch(/twice\.yaml:5:7: loss\.kd/);
    },
    PATIENCE_MS,
  );

  test(
    'a run that diverges ends with 4, and its earlier checkpoints stay',
    async () => {
      const set = ['run.name=diverged', 'run.dir=bad', 'train.learning_rate=10', 'train.steps=60'];
      const wild = ['train.max_grad_norm=0', 'train.max_skipped_steps=2', 'train.warmup_steps=0'];
      const decay = ['train.optimizer.weight_decay=10', 'eval.every=0', 'checkpoints.every=5'];
      const ended = await deepcoder.run('train', 'tiny.yaml', '--set', ...set, ...wild, ...decay);
      expect(ended.code).toBe(4);
      expect(ended.stderr).toContain('2 steps in a row had gradients that are not finite');
      expect(ended.stderr).toContain('lower train.learning_rate');
      const run = runFolders(folder, 'diverged', 'bad')[0]!;
      expect(runState(run)).toBe('failed');
      await openCheckpoint(path.join(run, 'checkpoints/step-000005'));
    },
    PATIENCE_MS,
  );

  test(
    'a checkpoint of the run that is damaged: resume names it, and goes on from the one before',
    async () => {
      const args = ['--set', 'run.name=damaged', 'run.dir=bad'];
      expect((await deepcoder.run('train', 'tiny.yaml', ...args)).code).toBe(0);
      const run = runFolders(folder, 'damaged', 'bad')[0]!;
      const runFile = path.join(run, 'run.json');
      writeFileSync(runFile, readFileSync(runFile, 'utf8').replace('"finished"', '"stopped"'));
      const newest = path.join(run, 'checkpoints/step-000006/model.safetensors');
      truncateSync(newest, 1000);
      const asked = await deepcoder.run('resume', run, '--from', '6');
      expect(asked.code).toBe(3);
      expect(asked.stderr).toContain('step-000006');
      expect(runState(run)).toBe('stopped');
      await openCheckpoint(path.join(run, 'checkpoints/step-000004'));
      const resumed = await deepcoder.run('resume', run);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(resumed.stdout).toMatch(/passed over: .*step-000006/);
      expect(runState(run)).toBe('finished');
      await openCheckpoint(path.join(run, 'checkpoints/step-000006'));
    },
    PATIENCE_MS,
  );
});

const MOUNT = 'mount';
const UNMOUNT = 'umount';

/** A disk of its own, for root on Linux. */
function mountSmallDisk(place: string, kilobytes: number): boolean {
  mkdirSync(place, { recursive: true });
  const options = ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', place];
  return spawnSync(MOUNT, options).status === 0;
}

test(
  'a disk that is full when a checkpoint is written: the earlier one stays whole',
  async ({ skip }) => {
    const disk = path.join(folder, 'disk');
    if (!mountSmallDisk(disk, 600)) skip('no small disk can be mounted here');
    try {
      const set = ['run.dir=disk', 'run.name=full', 'train.steps=200', 'checkpoints.keep=100'];
      const ended = await deepcoder.run(
        'train',
        'tiny.yaml',
        '--set',
        ...set,
        'checkpoints.every=1',
      );
      expect(ended.code).toBe(3);
      expect(ended.stderr).toContain('the disk is full (ENOSPC)');
      expect(ended.stderr).toContain('free space, then resume the run');
      const run = runFolders(folder, 'full', 'disk')[0]!;
      const steps = readdirSync(path.join(run, 'checkpoints')).sort();
      expect(steps.every((name) => /^step-\d{6}$/.test(name))).toBe(true);
      const last = await openCheckpoint(path.join(run, 'checkpoints', steps.at(-1)!));
      for (const name of last.names) await last.read(name);
      const runs = JSON.parse((await deepcoder.run('runs', 'disk', '--json')).stdout) as {
        status: string;
      }[];
      expect(['failed', 'crashed']).toContain(runs[0]!.status);
    } finally {
      spawnSync(UNMOUNT, [disk]);
    }
  },
  PATIENCE_MS,
);
