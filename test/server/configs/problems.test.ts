import { describe, expect, test } from 'vitest';
import { analysed, BASE, fixed, shown } from './marks.ts';

describe('problems', () => {
  test.each([
    ['nothing wrong', BASE, []],
    ['unknown key', `${BASE}trian: {}\n`, ['error config/unknown-key "trian"']],
    ['wrong type', `${BASE}train: {steps: many}\n`, ['error config/value "many"']],
    ['wrong range', `${BASE}loss: {kd: 2}\n`, ['error config/value "2"']],
    ['wrong name', `${BASE}loss: {type: kll}\n`, ['error config/value "kll"']],
    [
      'a missing key is told at its section',
      'data:\n  render: raw\nstudent: {model: m}\n',
      ['error config/missing "data"'],
    ],
    [
      'all weights 0',
      `${BASE}weights:\n  reasoning: 0\n  action: 0\n`,
      ['error config/weights "weights"'],
    ],
    ['no such format', BASE.replace(']', '], format: openai'), ['error config/format "openai"']],
    [
      'variable not set',
      `${BASE}tokenizer: "\${env:NOPE}"\n`,
      ['warning config/env-unset ""${env:NOPE}""'],
    ],
    [
      'variable as the name of the run',
      `${BASE}run: {name: "\${env:HOME}"}\n`,
      ['warning config/env-unset ""${env:HOME}""', 'error config/env-written ""${env:HOME}""'],
    ],
    [
      'base that is not there',
      `extends: base.yaml\n${BASE}`,
      ['error config/unreadable "base.yaml"'],
    ],
    [
      'kd without a teacher',
      `${BASE}loss: {kd: 0.5}\n`,
      ['warning advice/kd-without-teacher "0.5"'],
    ],
    [
      'teacher without kd',
      `${BASE}teacher: {type: checkpoint, model: t}\nloss: {kd: 0}\n`,
      ['warning advice/teacher-unused "0"'],
    ],
    [
      'hot tail',
      `${BASE}teacher: {type: checkpoint, model: t, top_k: 8}\nloss: {temperature: {value: 3}}\n`,
      ['warning advice/hot-tail "3"'],
    ],
    [
      'warm-up longer than the run',
      `${BASE}train: {steps: 10, warmup_steps: 10}\n`,
      ['warning advice/warmup "10"'],
    ],
    [
      'batch of batches',
      `${BASE}train: {micro_batch_size: 64, gradient_accumulation_steps: 64}\n`,
      ['warning advice/batch "64"'],
    ],
    [
      'steps beat epochs',
      `${BASE}train: {steps: 5, epochs: 2}\neval: {every: 1}\ncheckpoints: {every: 1}\n`,
      ['hint advice/unused "2"'],
    ],
    [
      'another strategy',
      `${BASE}weights: {strategy: adaptive, confidence: {direction: uncertain}}\n`,
      ['hint advice/unused "uncertain"'],
    ],
    ['tab', `${BASE}loss:\n\tkd: 1\n`, ['error config/yaml', 'error yaml/tab "\t"']],
    ['duplicate key', `${BASE}run: {seed: 1}\nrun: {seed: 2}\n`, ['error config/yaml']],
    ['two documents', `${BASE}---\nrun: {}\n`, ['error config/yaml']],
    ['merge key', `${BASE}run: &a {seed: 1}\nlog: {<<: *a}\n`, ['error config/unknown-key "seed"']],
    ['yes is no switch', `${BASE}log: {tensorboard: yes}\n`, ['error config/value "yes"']],
    ['no as a name', `${BASE}run: {name: no}\n`, ['hint yaml/yes-no "no"']],
    ['number to some', `${BASE}train: {learning_rate: 1e-4}\n`, ['hint yaml/exponent "1e-4"']],
    [
      'inside an environment',
      `${BASE}environments:\n  gpu:\n    train: {stepz: 3}\n`,
      ['error config/unknown-key "stepz"'],
    ],
  ])('%s', async (_, text, expected) => {
    const found = shown(await analysed(text));
    expect(found).toHaveLength(expected.length);
    found.forEach((problem, index) => expect(problem).toContain(expected[index]));
  });

  test('a problem of a base is told where it is extended, with its place', async () => {
    const files = { '/project/base.yaml': 'train:\n  stepz: 3\n' };
    const { problems } = await analysed(`extends: base.yaml\n${BASE}`, { files });
    expect(problems).toMatchObject([
      {
        ...{ code: 'config/unknown-key', start: 9, end: 18 },
        elsewhere: { file: '/project/base.yaml', line: 2, column: 3 },
      },
    ]);
  });

  test('a circle of bases is told', async () => {
    const files = { '/project/base.yaml': 'extends: deepcoder.yaml\n' };
    const analysis = await analysed(`extends: base.yaml\n${BASE}`, { files });
    expect(shown(analysis)).toEqual(['error config/extends-cycle "base.yaml"']);
  });

  test.each([
    ['aliases of aliases', bomb(12)],
    ['brackets without end', `${BASE}run: ${'['.repeat(100_000)}`],
    ['braces without end', `${BASE}run: ${'{a: '.repeat(20_000)}`],
    ['a long file', `# ${'x'.repeat(400_000)}\n`],
    ['dashes', `${BASE}run: \n${'- '.repeat(20_000)}1\n`],
  ])('%s: a problem, and soon', async (_, text) => {
    const began = process.cpuUsage();
    const { problems } = await analysed(text);
    expect(problems.length).toBeGreaterThan(0);
    // Not by the clock: the machine may be busy with something else.
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(3000);
  });
});

function bomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const inside = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 10 }, () => inside).join(', ')}]`;
  });
  return `${lines.join('\n')}\n${BASE}`;
}

describe('fixes', () => {
  test.each([
    ['trian: {steps: 3}\n', 'Rename to train', 'train: {steps: 3}\n'],
    ['train: {stepz: 3}\n', 'Rename to steps', 'train: {steps: 3}\n'],
    ['loss: {type: kll}\n', 'Change to kl', 'loss: {type: kl}\n'],
    ['log: {tensorboard: no}\n', 'Change to false', 'log: {tensorboard: false}\n'],
    ['train: {steps: "30"}\n', 'Remove the quotes', 'train: {steps: 30}\n'],
    ['loss: {kd: 1.5}\n', 'Change to 1', 'loss: {kd: 1}\n'],
    ['train:\n  micro_batch_size: 2.4\n', 'Change to 2', 'train:\n  micro_batch_size: 2\n'],
    ['train: {learning_rate: 2E-4}\n', 'Write 2.0e-4', 'train: {learning_rate: 2.0e-4}\n'],
    ['loss:\n\tkd: 1\n', 'Replace by spaces', 'loss:\n  kd: 1\n'],
    ['lora: {r: 4}\nrun: {}\n', 'Remove the key', 'run: {}\n'],
    [
      'learning_rate: 0.1\ntrain:\n  steps: 3\n',
      'Move to train.learning_rate',
      'train:\n  learning_rate: 0.1\n  steps: 3\n',
    ],
    ['loss:\n  foo: 1\n  kd: 1\n', 'Remove the key', 'loss:\n  kd: 1\n'],
  ])('%j: %s', async (text, title, expected) => {
    expect(fixed(await analysed(BASE + text), title)).toBe(BASE + expected);
  });

  test('a list that is not one', async () => {
    const analysis = await analysed('data: {train: a.jsonl}\nstudent: {model: m}\n');
    expect(fixed(analysis, 'Make it a list')).toBe(
      'data: {train: [a.jsonl]}\nstudent: {model: m}\n',
    );
  });
});
